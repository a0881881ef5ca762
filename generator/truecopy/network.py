"""The network: a vendor's page as its server has it now. Nothing else here reaches out of the machine."""

from __future__ import annotations

import asyncio
import importlib.util
import zlib
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING

from truecopy import __version__
from truecopy.records import record

if TYPE_CHECKING:
    import httpx2

# Of all that it takes to get one page, redirects and names of hosts among them.
_SECONDS = 60
_REDIRECTS = 5
_HTML = ("text/html", "application/xhtml+xml")
# What a later request asks with (RFC 9110 13.1), by the name that a lock has for it.
_VALIDATORS = {
    "etag": ("ETag", "If-None-Match"),
    "last_modified": ("Last-Modified", "If-Modified-Since"),
}


@record
class Fetched:
    """A page that came; `told` is what a later request for it may be made with."""

    data: bytes
    html: bool
    told: Mapping[str, str]


class UnfetchedError(Exception):
    """The page did not come; the message is a sentence without its subject."""


def ready() -> bool:
    """Whether what fetches is installed."""
    return importlib.util.find_spec("httpx2") is not None


def fetch(url: str, known: Mapping[str, str], limit: int) -> Fetched | None:
    """Gets a page of HTML or text; None when it is what `known` was told of.

    Raises UnfetchedError.
    """
    import httpx2

    try:
        return asyncio.run(_get(url, known, limit))
    except TimeoutError:
        raise UnfetchedError(f"did not come within {_SECONDS} seconds") from None
    except (httpx2.HTTPError, httpx2.InvalidURL) as problem:
        raise UnfetchedError(f"can't be fetched: {problem}") from None


async def _get(url: str, known: Mapping[str, str], limit: int) -> Fetched | None:
    import httpx2

    headers = {
        "Accept": "text/html, application/xhtml+xml, text/*",
        "Accept-Encoding": "gzip",
        "User-Agent": f"truecopy/{__version__}",
        **_conditions(url, known),
    }
    async with asyncio.timeout(_SECONDS), httpx2.AsyncClient(timeout=None) as client:
        request = client.build_request("GET", url, headers=headers)
        for _ in range(_REDIRECTS + 1):
            _judge(request.url, request)
            response = await client.send(request, stream=True)
            try:
                if response.next_request is None:
                    return await _page(url, response, limit)
                _judge(response.next_request.url, request)
                request = response.next_request
            finally:
                await response.aclose()
    raise UnfetchedError(f"leads through more than {_REDIRECTS} redirects")


def _judge(url: httpx2.URL, before: httpx2.Request) -> None:
    """Where a request may go: nowhere but to the web, and from a sure place to no unsure one."""
    if url.scheme not in ("http", "https"):
        raise UnfetchedError(f"has an address of {url.scheme or 'no'} scheme, not http")
    if before.url.scheme == "https" and url.scheme != "https":
        raise UnfetchedError("leads from https to http")


def _conditions(url: str, known: Mapping[str, str]) -> dict[str, str]:
    if known.get("url") != url:
        return {}
    return {
        condition: known[name]
        for name, (_, condition) in _VALIDATORS.items()
        if _is_plain(known.get(name, ""))
    }


def _is_plain(value: str) -> bool:
    """Whether a lock or a request may hold a header's value."""
    return 0 < len(value) <= 256 and value.isascii() and value.isprintable()


async def _page(url: str, response: httpx2.Response, limit: int) -> Fetched | None:
    asked = response.request.headers
    if response.status_code == 304 and any(
        condition in asked for _, condition in _VALIDATORS.values()
    ):
        return None
    if response.status_code != 200:
        raise UnfetchedError(
            f"can't be fetched: the server answers {response.status_code}"
        )
    kind = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
    if kind and kind not in _HTML and not kind.startswith("text/"):
        raise UnfetchedError(f"is neither HTML nor text but {kind[:60]}")
    coding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in ("gzip", "identity"):
        raise UnfetchedError(f"is coded as {coding[:60]}, which was not asked for")
    data = await _read(response.aiter_raw(), coding == "gzip", limit)
    told = {"url": url}
    for name, (header, _) in _VALIDATORS.items():
        value = response.headers.get(header, "")
        if _is_plain(value):
            told[name] = value
    return Fetched(_as_utf8(data, response.charset_encoding), kind in _HTML, told)


async def _read(chunks: AsyncIterator[bytes], packed: bool, limit: int) -> bytes:
    """The body, of which no more is ever unpacked than may be kept."""
    unpack = zlib.decompressobj(wbits=31)
    data = bytearray()
    async for chunk in chunks:
        try:
            data += unpack.decompress(chunk, limit + 1 - len(data)) if packed else chunk
        except zlib.error:
            raise UnfetchedError("is not the gzip that it is said to be") from None
        if len(data) > limit:
            raise UnfetchedError(f"has more than {limit:,} bytes")
    if packed and (not unpack.eof or unpack.unused_data):
        raise UnfetchedError("is not one whole piece of gzip")
    return bytes(data)


def _as_utf8(data: bytes, charset: str | None) -> bytes:
    """The text in UTF-8, which it often is although a server says otherwise."""
    for encoding in ("utf-8", charset or ""):
        try:
            return data.decode(encoding).encode()
        except (LookupError, UnicodeError):
            continue
    return data
