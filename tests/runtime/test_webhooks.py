"""Who sent an event, when and what it is: signatures as vendors and openssl make them."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

import json
import pickle
import time
from typing import Any

import pytest
from payiano_client import CredentialsMissing, Headers, Json, Mismatch
from payiano_client import _webhooks as wh
from payiano_client._runtime import _plan

NOW = 1614265330.0
HEX = wh.Signature("Sig", "", "sha256", "hex")
TIMED = wh.Signature(
    "Sig", "v1=", "sha256", "hex", "{timestamp}.{body}", wh.Timestamp("Sig", "t=")
)


def reason(
    signature: wh.Signature, headers: dict[str, str], body: bytes, secret: str | bytes
) -> str | None:
    """Why an event is refused; None when it is accepted."""
    try:
        wh.verify(signature, Headers(headers), body, secret, 300, NOW)
    except wh.SignatureInvalid as invalid:
        return invalid.reason
    return None


# printf '%s' CONTENT | openssl dgst -ALGORITHM -hmac SECRET [-binary | base64]; the first
# is the sample that GitHub publishes.
SIGNED: dict[str, tuple[wh.Signature, dict[str, str], bytes, str | bytes]] = {
    "body": (
        wh.Signature("X-Hub-Signature-256", "sha256=", "sha256", "hex"),
        {
            "x-hub-signature-256": "sha256="
            "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
        },
        b"Hello, World!",
        "It's a Secret to Everybody",
    ),
    "sha1": (
        wh.Signature("Sig", "", "sha1", "hex"),
        {"Sig": "883a982dc2ae46d20f7f106c786a9241b60dc340"},
        b"Hello, World!",
        "secret",
    ),
    "sha512, base64, bytes as secret": (
        wh.Signature("Sig", "", "sha512", "base64"),
        {
            "Sig": "hRyu1jk0rRyaA67yO6K4TyJL3/T1FI78V9lfmugMqdsumLxMcJpSnrG3I0oawuOB0o4Ose+gkLsZYT9cEkttWw=="
        },
        b"Hello, World!",
        b"secret",
    ),
    "parts of one header, two signatures": (
        TIMED,
        {
            "Sig": "t=1614265330,v1=00,v0=x, v1=72d568e9082e20261718306278848de6a16c6e82518fea632670068709a62d0c"
        },
        b"{}",
        "secret",
    ),
    "another header for the time": (
        wh.Signature(
            "Sig", "v0=", "sha256", "hex", "v0:{timestamp}:{body}", wh.Timestamp("At")
        ),
        {
            "Sig": "v0=709dbe23746489cd0048e940f09ad6646c99b34d0b86de21d80eea8991af3a4e",
            "At": "1614265330",
        },
        b"a=b",
        "secret",
    ),
    "an id is signed as well": (
        wh.Signature("Sig", "v1,", "sha256", "base64", "{Id}.{At}.{body}"),
        {
            "Sig": "v1,AAAA v1,s7VEx+z6YbFcbhg0YyFXcjGBJCBNsJjhisuFxLOHzrw=",
            "At": "1614265330",
            "Id": "msg_1",
        },
        b'{"a":1}',
        "secret",
    ),
    "flattened": (
        wh.Signature("Sig", "", "sha256", "hex", "flattened"),
        {"Sig": "4835ac3087af9f534a9d066b6b7a5196593ab7e793f6b330a97ae8cae8718236"},
        b'{"b":{"y":null,"x":[true,false,"a b\\n",{"z":51.5}]},"a":"","c":2.0,"n":0,"\xc3\xa4":" "}',
        "secret",
    ),
}


@pytest.mark.parametrize("name", SIGNED)
def test_signed(name: str) -> None:
    signature, headers, body, secret = SIGNED[name]
    assert reason(signature, headers, body, secret) is None
    assert reason(signature, headers, body, "another") == "wrong"
    assert reason(signature, headers, b'{"a":"forged"}', secret) == "wrong"
    assert reason(signature, {}, body, secret) == "missing"
    upper = {key.upper(): value for key, value in headers.items()}
    assert reason(signature, upper, body, secret) is None


@pytest.mark.parametrize(
    "text", ["", "sha256", "é", "\ud800", "0" * 64, "0" * 63, "t=1", "v1=", "null"]
)
def test_no_signature(text: str) -> None:
    assert reason(HEX, {"Sig": text}, b"{}", "secret") == "wrong"
    assert reason(TIMED, {"Sig": text}, b"{}", "secret") in ("missing", "wrong")


def test_an_empty_secret_signs_nothing() -> None:
    with pytest.raises(CredentialsMissing):
        wh.verify(HEX, Headers({"Sig": "x"}), b"", "")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1614265330", 1614265330.0),
        ("1614265330.5", 1614265330.5),
        ("1614265330123", 1614265330.123),
        ("2021-02-25T15:02:10Z", 1614265330.0),
        ("2021-02-25T16:02:10+01:00", 1614265330.0),
        ("2021-02-25T15:02:10", 1614265330.0),
    ],
)
def test_times(text: str, seconds: float) -> None:
    assert wh._seconds(text) == seconds  # pyright: ignore[reportPrivateUsage]


@pytest.mark.parametrize("text", ["", "x", "-1", "nan", "inf", "1e9", "9" * 16])
def test_what_is_no_time_is_old(text: str) -> None:
    import hashlib
    import hmac

    digest = hmac.new(b"secret", f"{text}.{{}}".encode(), hashlib.sha256).hexdigest()
    found = reason(TIMED, {"Sig": f"t={text},v1={digest}"}, b"{}", "secret")
    assert found == "old"


@pytest.mark.parametrize(
    ("signature", "headers", "words"),
    [
        (HEX, {}, "the header Sig is missing"),
        (HEX, {"Sig": "00"}, "the signature is not that of the body"),
        (TIMED, {"Sig": "v1=00"}, "the header Sig holds no t="),
        (TIMED, {"Sig": "t=1"}, "the header Sig holds no v1="),
        (SIGNED["flattened"][0], {"Sig": "00"}, "the body is not JSON"),
        (
            TIMED,
            SIGNED["parts of one header, two signatures"][1],
            "the event is not of the last 9.5 seconds",
        ),
    ],
)
def test_why_an_event_is_refused(
    signature: wh.Signature, headers: dict[str, str], words: str
) -> None:
    body = b"{" if signature.content == "flattened" else b"{}"
    with pytest.raises(wh.SignatureInvalid) as caught:
        wh.verify(signature, Headers(headers), body, "secret", 9.5, NOW - 10)
    assert str(caught.value) == words


def test_now_is_what_the_clock_says(monkeypatch: pytest.MonkeyPatch) -> None:
    _, headers, body, secret = SIGNED["parts of one header, two signatures"]
    for late in (-1.0, 1.0, 0.0):
        monkeypatch.setattr(time, "time", lambda late=late: NOW + late)
        if late:
            with pytest.raises(wh.SignatureInvalid):
                wh.verify(TIMED, Headers(headers), body, secret)
        wh.verify(TIMED, Headers(headers), body, secret, abs(late))
    wh.verify(TIMED, Headers(headers), body, secret)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff", b"[" * 100_000, b"1" * 5000, b'{"a":"\\ud800"}', b"NaN"],
)
def test_bodies_that_no_vendor_sends(body: bytes) -> None:
    flattened = SIGNED["flattened"][0]
    assert reason(flattened, {"Sig": "00"}, body, "secret") == "wrong"


HOOKS: wh.Webhooks[Any] = wh.Webhooks(
    {"made": dict[str, int], "gone": list[int]}, named_by="Event", headers=("Id",)
)


def test_named_by_a_header() -> None:
    event = wh.read_event(HOOKS, Headers({"event": "gone", "id": "1"}), b"[1]")
    assert (event.name, event.data, event.mismatches) == ("gone", [1], ())
    assert "1" not in repr(event)


def test_what_differs_is_listed() -> None:
    event = wh.read_event(HOOKS, Headers({"event": "gone"}), b'["x", 2]')
    assert event.data == [None, 2]
    assert event.mismatches == (
        Mismatch("headers.Id", "missing", "a header", "nothing"),
        Mismatch("$[0]", "type", "an integer", "a string"),
    )


def test_what_reads_an_event_is_made_once() -> None:
    hooks: wh.Webhooks[Any] = wh.Webhooks({"made": dict[str, float]}, named_by="Event")
    before = _plan.cache_info().currsize
    for _ in range(3):
        wh.read_event(hooks, Headers({"event": "made"}), b'{"a":1}')
    assert _plan.cache_info().currsize == before + 1


def test_an_event_that_nobody_named() -> None:
    for headers, found in (
        ({"id": "1"}, "nothing"),
        ({"id": "1", "event": "other"}, "another name"),
    ):
        event = wh.read_event(HOOKS, Headers(headers), b"[1]")
        assert (event.data, event.raw) == (None, b"[1]")
        told = [(m.path, m.kind, m.found) for m in event.mismatches]
        assert told == [("headers.Event", "event", found)]


@pytest.mark.parametrize("body", [b"", b"[", b"[]", b'{"a":1}', b'{"a":{"b":2}}'])
def test_a_name_that_is_not_in_the_payload(body: bytes) -> None:
    hooks: wh.Webhooks[Json] = wh.Webhooks({"x": Any}, named_by=("a", "b"))
    event = wh.read_event(hooks, Headers(), body)
    told = [(m.path, m.kind) for m in event.mismatches]
    assert (event.name, told) == (None, [("$.a.b", "event")])


def test_told_apart_by_the_payload_alone() -> None:
    hooks: wh.Webhooks[Any] = wh.Webhooks({"made": dict[str, int], "gone": list[int]})
    assert wh.read_event(hooks, Headers(), b'{"a":1}').data == {"a": 1}
    assert wh.read_event(hooks, Headers(), b"[1]").data == [1]
    nothing: wh.Webhooks[Json] = wh.Webhooks({})
    assert wh.read_event(nothing, Headers(), b"[1]").data == [1]
    text = wh.read_event(nothing, Headers(), b'"made"')
    assert (text.name, text.data) == (None, "made")


def test_the_error_can_be_pickled_and_tells_no_secret() -> None:
    with pytest.raises(wh.SignatureInvalid) as caught:
        wh.verify(HEX, Headers({"Sig": "beef"}), b"body-1", "secret-1")
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (copy.reason, str(copy)) == ("wrong", str(caught.value))
    for word in ("secret-1", "beef", "body-1"):
        assert word not in repr(caught.value) + json.dumps(str(copy))
