"""What the runtime's values are like: not to be changed, made by name, told in a line."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

import inspect

import _runtime as rt
import msgspec
import pytest
from payiano_client import Headers
from payiano_client import _webhooks as wh

STRUCTS = {
    each
    for module in (rt, wh)
    for each in vars(module).values()
    if isinstance(each, type) and issubclass(each, msgspec.Struct)
}


def test_values_that_threads_share_do_not_change() -> None:
    mutable = {each.__name__ for each in STRUCTS if not each.__struct_config__.frozen}
    assert mutable == {"Model", "OpenModel", "_Call", "_Grant"}


def test_values_with_many_members_are_made_by_name() -> None:
    named = {
        each.__name__
        for each in STRUCTS
        if {p.kind for p in inspect.signature(each).parameters.values()}
        == {inspect.Parameter.KEYWORD_ONLY}
    }
    assert named == {"Config", "Limits", "Operation", "RequestOptions"}


def test_what_is_usual() -> None:
    config = rt.Config(package="acme", servers={}, server="live")
    usual = (config.timeout, config.retries, config.validate, config.on_mismatch)
    assert usual == (60.0, 2, True, "warn")
    assert (rt.MAX_BODY, rt.MAX_TIMEOUT) == (64 << 20, 2_073_600)
    request = rt.Request("x", "GET", "/")
    assert (request.attempt, request.path, request.body) == (1, "", None)
    file = rt.FilePart(b"")
    assert (file.filename, file.media_type) == ("file", "")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (rt.FilePart(b"abc"), "FilePart(3 bytes)"),
        (
            rt.Request("x", "GET", "/a?b=1", rt.Headers({"A": "1", "B": "2"})),
            "Request(x: GET /a, Headers(a, b), no body)",
        ),
        (
            rt.Request("x", "PUT", "/a", body=b"abc"),
            "Request(x: PUT /a, Headers(), 3 bytes)",
        ),
        (
            rt.RawResponse(200, rt.Headers({"A": "1"}), b"abc"),
            "RawResponse(200, Headers(a), 3 bytes)",
        ),
        (
            rt.Response([], 200, rt.Headers({"X-Request-Id": "r-1"}), b"[]", ()),
            "Response(200, list, request_id='r-1', mismatches=0)",
        ),
        (
            rt.RequestOptions(timeout=1.0, server="live", headers={"A": "1", "B": "2"}),
            "RequestOptions(1.0, live, headers: A, B)",
        ),
        (
            rt.Config(package="acme", servers={}, server="live"),
            "Config(acme, server='live')",
        ),
        (rt._Credential("X-Key", "hunter2"), "_Credential(X-Key)"),
        (rt.ClosedError("it is", operation="o"), "<ClosedError: o: it is>"),
        (rt._Token("hunter2", 1.0), "_Token()"),
        (
            wh.WebhookEvent("made", [1], Headers(), b"[1]", ()),
            "WebhookEvent('made', list, mismatches=0)",
        ),
    ],
)
def test_texts_without_values(value: object, text: str) -> None:
    assert repr(value) == text


def test_an_error_that_says_no_more_than_its_status() -> None:
    error = rt.NotFound(rt.RawResponse(404))
    assert vars(error) == {
        "status": 404,
        "request_id": None,
        "error": None,
        "headers": rt.Headers(),
        "raw": b"",
        "mismatches": (),
        "retry_after": None,
        "rate_limit": None,
        "code": None,
        "message": None,
        "in_success": False,
    }


def test_fields_by_name() -> None:
    headers = rt.Headers([("A", "1"), ("b", "2"), ("a", "3")])
    assert (len(headers), {**headers}) == (2, {"a": "1, 3", "b": "2"})
    assert rt.Headers(headers) == headers
    assert headers != {"a": "1, 3", "b": "2"}


@pytest.mark.parametrize(
    "name",
    [
        "X-Request-Id",
        "Request-Id",
        "X-Correlation-Id",
        "Correlation-Id",
        "X-Amzn-RequestId",
        "X-Amz-Request-Id",
        "X-Ms-Request-Id",
        "CF-Ray",
    ],
)
def test_names_of_a_request_id(name: str) -> None:
    error = rt.NotFound(rt.RawResponse(404, rt.Headers({name: "r-1"})))
    assert (error.request_id, str(error)) == ("r-1", "404 Not Found (request r-1)")
