"""Every fault by its name in docs/faults.md: what the server does with a request."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from email.utils import formatdate
from time import time

from faults.server import GOOD, Peer, Script, behave

SCRIPTS: dict[str, Script] = {}
OK = b"200 OK"
JSON_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = JSON_HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
GZIP = b"Content-Encoding: gzip"


def fault(script: Script) -> Script:
    """Names a script after its function."""
    SCRIPTS[script.__name__.replace("_", "-")] = script
    return script


def once(name: str, script: Script) -> None:
    """A fault of the first request alone; the ones after it are served."""

    def first(peer: Peer) -> None:
        (script if peer.server.count() == 0 else behave)(peer)

    SCRIPTS[name] = first


def answers(name: str, *pieces: bytes, closes: bool = False) -> None:
    """A fault that is an answer, byte for byte."""

    def script(peer: Peer) -> None:
        peer.read()
        peer.send(*pieces)
        if closes:
            peer.hang_up()

    SCRIPTS[name] = script


def body(name: str, content: bytes, status: bytes = OK, *fields: bytes) -> None:
    """A fault that is the body, or the status, of an honest answer."""

    def script(peer: Peer) -> None:
        peer.read()
        peer.answer(content, status, *fields)

    SCRIPTS[name] = script


def busy(name: str, status: bytes, fields: Callable[[], tuple[bytes, ...]]) -> None:
    """A status at the first request, and good answers after it."""

    def script(peer: Peer) -> None:
        peer.read()
        if peer.server.count() == 1:
            peer.answer(b"{}", status, *fields())
        else:
            peer.answer()

    SCRIPTS[name] = script


# --- Connecting -----------------------------------------------------------------------


@fault
def reset_unread(peer: Peer) -> None:
    peer.wait(0.05)
    peer.reset()


@fault
def close_unread(peer: Peer) -> None:
    peer.hang_up()


@fault
def stall_unread(peer: Peer) -> None:
    peer.stall()


@fault
def tls_stall(peer: Peer) -> None:
    peer.stall()


@fault
def tls_to_plain(peer: Peer) -> None:
    peer.more()
    peer.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    peer.hang_up()


# --- Before the answer ----------------------------------------------------------------


@fault
def reset_before_answer(peer: Peer) -> None:
    peer.read()
    peer.reset()


@fault
def close_before_answer(peer: Peer) -> None:
    peer.read()
    peer.hang_up()


@fault
def stall_before_answer(peer: Peer) -> None:
    peer.read()
    peer.stall()


once("reset-once", reset_before_answer)
once("close-once", close_before_answer)
once("stall-once", stall_before_answer)


@fault
def reset_while_sending(peer: Peer) -> None:
    peer.read_head()
    peer.reset()


@fault
def never_reads(peer: Peer) -> None:
    peer.read_head()
    peer.wait(0.4)
    peer.stall()


@fault
def reads_slowly(peer: Peer) -> None:
    peer.read_head()
    for _ in range(25):
        peer.sock.recv(512)
        peer.wait(0.03)
    peer.stall()


@fault
def answers_before_the_body(peer: Peer) -> None:
    peer.read_head()
    peer.answer(b"{}", b"413 Content Too Large", b"Connection: close")
    peer.stall()


@fault
def slow_but_fine(peer: Peer) -> None:
    peer.read()
    peer.wait(0.2)
    peer.answer()


# --- The head -------------------------------------------------------------------------

answers("garbage", b"\x16\x03\x01 this is not HTTP\r\n\r\n", closes=True)
answers("half-a-head", JSON_HEAD, closes=True)
answers("odd-version", b"HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n", closes=True)
answers("odd-status", b"HTTP/1.1 twenty OK\r\nContent-Length: 0\r\n\r\n", closes=True)
answers("status-999", b"HTTP/1.1 999 ?\r\nContent-Length: 0\r\n\r\n", closes=True)
answers(
    "no-reason", JSON_HEAD[:12] + JSON_HEAD[15:] + b"Content-Length: 16\r\n\r\n", GOOD
)
answers("huge-header", JSON_HEAD + b"X: " + b"a" * 200_000 + b"\r\n\r\n", closes=True)
answers("folded-header", JSON_HEAD + b"X: a\r\n b\r\nContent-Length: 16\r\n\r\n", GOOD)
answers(
    "bare-newlines", JSON_HEAD.replace(b"\r", b"") + b"Content-Length: 16\n\n", GOOD
)
answers("unasked-upgrade", b"HTTP/1.1 101 Switching Protocols\r\n\r\n", closes=True)
answers(
    "two-lengths", JSON_HEAD + b"Content-Length: 16\r\nContent-Length: 9\r\n\r\n", GOOD
)
answers("negative-length", JSON_HEAD + b"Content-Length: -1\r\n\r\n", GOOD, closes=True)
answers(
    "length-in-words", JSON_HEAD + b"Content-Length: ten\r\n\r\n", GOOD, closes=True
)
answers(
    "length-and-chunks",
    JSON_HEAD + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"10\r\n" + GOOD + b"\r\n0\r\n\r\n",
)
answers(
    "early-hints",
    b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 3,
    JSON_HEAD + b"Content-Length: 16\r\n\r\n" + GOOD,
)
answers(
    "continue-unasked",
    b"HTTP/1.1 100 Continue\r\n\r\n",
    JSON_HEAD + b"Content-Length: 16\r\n\r\n" + GOOD,
)
answers("http-1.0", JSON_HEAD.replace(b"1.1", b"1.0") + b"\r\n" + GOOD, closes=True)
answers(
    "http-1.0-kept-alive",
    JSON_HEAD.replace(b"1.1", b"1.0"),
    b"Connection: keep-alive\r\nContent-Length: 16\r\n\r\n" + GOOD,
)


@fault
def drip_head(peer: Peer) -> None:
    peer.read()
    peer.drip(JSON_HEAD + b"X: " + b"a" * 1000)


@fault
def stall_in_head(peer: Peer) -> None:
    peer.read()
    peer.send(JSON_HEAD)
    peer.stall()


@fault
def endless_head(peer: Peer) -> None:
    peer.read()
    peer.send(JSON_HEAD)
    while True:
        peer.send(b"X: a\r\n" * 1000)


# --- The body -------------------------------------------------------------------------

answers("length-too-long", JSON_HEAD + b"Content-Length: 99\r\n\r\n", GOOD, closes=True)
answers("length-too-short", JSON_HEAD + b"Content-Length: 9\r\n\r\n", GOOD)
answers("no-length", JSON_HEAD + b"\r\n", GOOD, closes=True)
answers("chunk-cut", CHUNKED + b"10\r\n" + GOOD[:7], closes=True)
answers("chunk-without-end", CHUNKED + b"10\r\n" + GOOD + b"\r\n", closes=True)
answers("chunk-of-odd-size", CHUNKED + b"zz\r\n" + GOOD + b"\r\n0\r\n\r\n", closes=True)
answers("chunks-and-trailer", CHUNKED + b"10\r\n" + GOOD + b"\r\n0\r\nX: a\r\n\r\n")


@fault
def reset_in_body(peer: Peer) -> None:
    peer.read()
    peer.send(JSON_HEAD + b"Content-Length: 99\r\n\r\n" + GOOD)
    peer.wait(0.05)
    peer.reset()


@fault
def stall_in_body(peer: Peer) -> None:
    peer.read()
    peer.send(JSON_HEAD + b"Content-Length: 99\r\n\r\n" + GOOD)
    peer.stall()


@fault
def drip_body(peer: Peer) -> None:
    peer.read()
    peer.send(JSON_HEAD + b"Content-Length: 999\r\n\r\n")
    peer.drip(b" " * 999)


@fault
def drip_chunks(peer: Peer) -> None:
    peer.read()
    peer.send(CHUNKED)
    while True:
        peer.drip(b"1\r\n \r\n")


@fault
def endless_body(peer: Peer) -> None:
    peer.read()
    peer.send(CHUNKED)
    while True:
        peer.send(b"10000\r\n" + bytes(0x10000) + b"\r\n")


BOMB = gzip.compress(bytes(1 << 25), 9)
answers(
    "announces-a-terabyte",
    JSON_HEAD + b"Content-Length: 1000000000000\r\n\r\n" + GOOD,
)
body("bomb", BOMB, OK, GZIP)
body("bomb-in-an-error", BOMB, b"404 Not Found", GZIP)
body("deflate", zlib.compress(GOOD), OK, b"Content-Encoding: deflate")
body("gzip-cut", gzip.compress(GOOD)[:-9], OK, GZIP)
body("gzip-with-wrong-sum", gzip.compress(GOOD)[:-8] + bytes(8), OK, GZIP)
body("gzip-that-is-none", GOOD, OK, GZIP)
body("gzip-that-is-none-in-an-error", b"{}", b"404 Not Found", GZIP)
body("coding-unasked", GOOD, OK, b"Content-Encoding: br")

# --- What the body says ---------------------------------------------------------------

HTML = b"Content-Type: text/html"
body("empty", b"")
body("html", b"<p>Hello", OK, HTML)
body("html-404", b"<p>No", b"404 Not Found", HTML)
body("html-502", b"<p>No", b"502 Bad Gateway", HTML)
body("text-that-is-json", GOOD, OK, b"Content-Type: text/plain")
body("no-media-type", GOOD, OK, b"Content-Type:")
body("byte-order-mark", b"\xef\xbb\xbf" + GOOD)
body("utf-16", GOOD.decode().encode("utf-16"))
body(
    "latin-1",
    b'{"id":"\xe9","n":1}',
    OK,
    b"Content-Type: application/json; charset=latin-1",
)
body("charset-unheard-of", GOOD, OK, b"Content-Type: application/json; charset=x-none")
body("not-a-number", b'{"id":"1","n":NaN}')
body("huge-number", b'{"id":"1","n":1' + b"0" * 9999 + b"}")
body("nesting", b'{"id":"1","n":' + b"[" * 10_000_000)
body(
    "nesting-that-ends", b'{"id":"1","n":' + b"[" * 5_000_000 + b"]" * 5_000_000 + b"}"
)
body("duplicate-keys", b'{"id":"0","n":0,"id":"1","n":1}')
body("lone-surrogate", b'{"id":"\\ud800","n":1}')
body("null", b"null")
body("array", b"[]")
body("missing-member", b'{"id":"1"}')
body("null-member", b'{"id":null,"n":1}')
body("failure-in-success", b'{"result":"error","status":404}')
body("passing-failure-in-success", b'{"result":"error","status":503}')


@fault
def no_content_with_body(peer: Peer) -> None:
    peer.read()
    if peer.server.count() > 1:
        peer.answer()
    peer.answer(GOOD, b"204 No Content")


# --- Statuses and redirects -----------------------------------------------------------

body("error-400", b'{"title":"bad"}', b"400 Bad Request")
body("error-401", b"{}", b"401 Unauthorized")
body("error-500", b"{}", b"500 Internal Server Error")
body("error-503", b"{}", b"503 Service Unavailable")
body("redirect-loop", b"", b"302 Found", b"Location: /thing")
body(
    "redirect-elsewhere",
    b"",
    b"307 Temporary Redirect",
    b"Location: http://127.0.0.2:9/",
)
body("redirect-nowhere", b"", b"302 Found")

RETRY_AFTER: dict[str, Callable[[], tuple[bytes, ...]]] = {
    "": lambda: (),
    "-0": lambda: (b"Retry-After: 0",),
    "-1": lambda: (b"Retry-After: 1",),
    "-fraction": lambda: (b"Retry-After: 0.1",),
    "-past": lambda: (b"Retry-After: Wed, 21 Oct 2015 07:28:00 GMT",),
    "-soon": lambda: (b"Retry-After: " + formatdate(time() + 1, usegmt=True).encode(),),
    "-hours": lambda: (b"Retry-After: 36000",),
    "-next-century": lambda: (b"Retry-After: Fri, 01 Jan 2100 00:00:00 GMT",),
    "-negative": lambda: (b"Retry-After: -5",),
    "-words": lambda: (b"Retry-After: in a while",),
    "-twice": lambda: (b"Retry-After: 0", b"Retry-After: 36000"),
}


for code, reason in (
    (408, b"Request Timeout"),
    (502, b"Bad Gateway"),
    (504, b"Gateway Timeout"),
):
    busy(f"{code}-once", b"%d %s" % (code, reason), lambda: ())
for suffix, fields in RETRY_AFTER.items():
    busy(f"429{suffix}", b"429 Too Many Requests", fields)
    busy(f"503{suffix}", b"503 Service Unavailable", fields)


# --- Connections that are kept --------------------------------------------------------


@fault
def dies_between_calls(peer: Peer) -> None:
    peer.read()
    peer.answer()
    peer.hang_up()


@fault
def dies_when_used_again(peer: Peer) -> None:
    peer.read()
    if peer.answered:
        peer.reset()
    peer.answer()


@fault
def answers_twice(peer: Peer) -> None:
    peer.read()
    number = b'{"id":"%d","n":1}' % peer.server.count()
    peer.answer(number)
    peer.answer(number)


@fault
def junk_after_answer(peer: Peer) -> None:
    peer.read()
    peer.send(JSON_HEAD + b"Content-Length: 16\r\n\r\n" + GOOD + b"junk\r\n\r\n")
