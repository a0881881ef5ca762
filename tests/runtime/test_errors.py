"""Which error an answer becomes, what it carries, and that it can be pickled."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import _runtime as rt
import pytest

from runtime import acme
from runtime.acme import Problem
from runtime.helpers import GOOD, ULID, Fake, answer, get, wrong


def raised(response: rt.RawResponse, operation: rt.Operation[Any] | None = None) -> Any:
    with pytest.raises(rt.StatusError) as caught:
        rt.read(operation or acme.UPDATE_RECIPIENT, response)
    return caught.value


PROBLEM = b'{"title":"t","code":7}'


@pytest.mark.parametrize(
    ("status", "cls"),
    [
        (404, acme.UpdateRecipientNotFound),
        (418, acme.UpdateRecipientClientError),
        (400, acme.UpdateRecipientClientError),
        (500, rt.InternalServerError),
        (503, rt.ServiceUnavailable),
        (599, rt.ServerError),
        (301, rt.RedirectError),
        (700, rt.StatusError),
        (199, rt.StatusError),
        (501, rt.NotImplementedByServer),
    ],
)
def test_one_class_per_status(status: int, cls: type[rt.StatusError]) -> None:
    error = raised(answer(PROBLEM, status))
    assert rt.described(error) is cls
    assert error.status == status
    documented = isinstance(error, rt.ClientError)
    plain = {"title": "t", "code": 7}
    assert error.error == (Problem(title="t", code=7) if documented else plain)
    assert error.raw == PROBLEM
    assert not error.in_success


def test_every_registered_status_has_its_class() -> None:
    free = get(responses={})
    classes: dict[int, type[rt.StatusError]] = {
        status: type(raised(answer(b"", status), free)) for status in range(400, 600)
    }
    assert classes[422] is rt.UnprocessableContent
    assert classes[511] is rt.NetworkAuthenticationRequired
    assert classes[499] is rt.ClientError
    named = [
        cls for cls in classes.values() if cls not in (rt.ClientError, rt.ServerError)
    ]
    assert len(named) == len(set(named)) == 38


def test_statuses_do_not_hang_on_docstrings() -> None:
    folder = str(Path(rt.__file__).parent)
    code = "import _runtime as rt; print(rt._ERRORS[404].__name__, rt.NotFound.__doc__)"
    run = subprocess.run(
        [sys.executable, "-OO", "-c", code],
        env={**os.environ, "PYTHONPATH": folder, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == "NotFound None\n"


def test_default_and_families() -> None:
    replies = {"default": rt.Reply(Problem, acme.UpdateRecipientNotFound)}
    error = raised(answer(PROBLEM, 500), get(responses=replies))
    assert rt.described(error) is acme.UpdateRecipientNotFound
    assert error.error == Problem(title="t", code=7)
    assert rt.read(get(responses=replies), answer(b"{}")).mismatches[0].kind == "status"


def test_a_success_that_the_document_is_silent_about_is_no_mismatch() -> None:
    for replies in ({}, {"404": rt.Reply(Problem, acme.UpdateRecipientNotFound)}):
        found = rt.read(get(responses=replies), answer(b'{"a":1}'))
        assert (found.data, found.mismatches) == ({"a": 1}, ())
    typed = get(responses={"409": rt.Reply(Problem)})
    assert raised(answer(PROBLEM, 409), typed).error == Problem(title="t", code=7)


class Refused(rt.ClientError):
    """4XX: refused."""


class Broken(rt.StatusError):
    pass


@pytest.mark.parametrize(
    ("key", "documented", "status", "usual"),
    [
        ("4XX", Refused, 404, rt.NotFound),
        ("4XX", Refused, 429, rt.TooManyRequests),
        ("default", Broken, 503, rt.ServiceUnavailable),
        ("default", Broken, 599, rt.ServerError),
        ("default", Broken, 404, rt.NotFound),
    ],
)
def test_a_range_of_statuses_takes_no_class_away(
    key: str,
    documented: type[rt.StatusError],
    status: int,
    usual: type[rt.StatusError],
) -> None:
    """Who catches NotFound gets a 404, although the document speaks of all of 4XX."""
    error = raised(
        answer(PROBLEM, status), get(responses={key: rt.Reply(Problem, documented)})
    )
    assert isinstance(error, documented)
    assert isinstance(error, usual)
    assert error.error == Problem(title="t", code=7)
    assert (type(error).__name__, rt.described(error)) == (
        documented.__name__,
        documented,
    )
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert (str(again), again.error) == (str(error), error.error)
    assert repr(error).startswith(f"<{documented.__name__}: ")


def test_a_class_of_one_status_is_raised_as_it_is() -> None:
    range_ = get(responses={"4XX": rt.Reply(Problem, Refused)})
    assert type(raised(answer(PROBLEM, 499), range_)) is Refused


def test_bodies_of_errors_are_read_leniently() -> None:
    error = raised(answer(b'{"code":"x"}', 404))
    assert error.error.title is None
    assert [m.kind for m in error.mismatches] == ["missing", "type"]
    page = raised(answer(b"<p>", 404, content_type="text/html"))
    assert page.error is None
    assert [m.kind for m in page.mismatches] == ["media-type"]
    assert raised(answer(b"\xff", 500)).error is None
    assert raised(answer(b"oops", 500, content_type="text/plain")).error is None
    assert raised(answer(b"[" * 100_000, 500)).error is None


def test_what_an_error_says() -> None:
    secret = {"authorization": "hunter2", "x-request-id": "r-1\x07"}
    error = raised(rt.RawResponse(404, rt.Headers(secret), b'{"hunter2":1}'))
    assert str(error) == (
        "update_recipient PATCH /recipients/{recipient_id}: 404 (request r-1)"
    )
    assert (error.operation, error.method) == ("update_recipient", "PATCH")
    assert (error.path, error.request_id) == ("/recipients/{recipient_id}", "r-1")
    assert "hunter2" not in repr(error)
    undocumented = raised(rt.RawResponse(503), get(responses={}))
    assert str(undocumented) == "get_x GET /x: 503 Service Unavailable"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("3", 3.0),
        ("0", 0.0),
        ("1.5", 1.5),
        (" 3 ", 3.0),
        ("9" * 15 + "." + "5" * 15, 999999999999999.5),
        ("9" * 16, None),
        ("Wed, 21 Oct 2015 07:28:00 GMT" + " " * 35, 0.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT" + " " * 36, None),
        ("-1", None),
        ("soon", None),
        ("", None),
        ("9" * 400, None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("1e5", None),
        ("Wed, 99 Oct 99999 99:28:00 GMT", None),
        ("٣", None),
    ],
)
def test_retry_after(value: str, seconds: float | None) -> None:
    assert raised(answer(b"", 503, retry_after=value)).retry_after == seconds


def test_retry_after_a_date_to_come() -> None:
    seconds = raised(
        answer(b"", 503, retry_after="Fri, 01 Jan 2100 00:00:00 GMT")
    ).retry_after
    assert seconds is not None
    assert seconds > 0


def failing(type_: type) -> rt.Operation[Any]:
    """Its 404 has a body of the type."""
    return get(
        responses={"404": rt.Reply(type_)},
        failure=rt.Failure(when=("result",), equals="error", status=("status",)),
    )


def failed(body: bytes) -> Any:
    return raised(answer(body))


def test_failure_in_success_is_the_class_of_its_status() -> None:
    body = b'{"result":"error","status":404,"data":"no such","title":"t"}'
    error = failed(body)
    assert type(error) is acme.UpdateRecipientNotFound
    assert (error.status, error.in_success, error.message) == (404, True, "no such")
    assert error.code == 404
    assert error.error == Problem(title="t")
    assert error.raw == body
    assert "no such" not in str(error)
    assert str(error).endswith(": 404, told in the body of a 200")
    digits = failed(b'{"result":"error","status":"503"}')
    assert type(digits) is rt.ServiceUnavailable
    assert digits.code == "503"
    told = "503 Service Unavailable, told in the body of a 200"
    assert str(digits).endswith(f": {told}")
    other = failed(b'{"result":"error","status":404}')
    assert other.error.title is None
    assert [(m.path, m.kind) for m in other.mismatches] == [("$.title", "missing")]
    none = raised(answer(b'{"result":"error","status":404}', x="y"), failing(int))
    assert none.error is None
    assert [(m.path, m.kind) for m in none.mismatches] == [("$", "type")]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (b"", None),
        (b',"status":0', 0),
        (b',"status":true', None),
        (b',"status":"E-7"', "E-7"),
    ],
)
def test_failure_without_a_status(status: bytes, code: object) -> None:
    error = failed(b'{"result":"error"%s,"data":{"a":1}}' % status)
    assert error.code == code
    assert str(error).endswith(": a failure, told in the body of a 200")
    assert type(error) is rt.FailureInSuccess
    assert (error.status, error.in_success, error.message) == (200, True, None)
    assert wrong(error.error)["data"] == {"a": 1}


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("300", 300),
        ("599", 599),
        ('" 404 "', 404),
        ("404.0", 404),
        ("299", 200),
        ("600", 200),
        ('"4040"', 200),
        ("404.5", 200),
    ],
)
def test_a_failure_has_the_status_of_an_error_or_none(
    status: str, expected: int
) -> None:
    error = failed(b'{"result":"error","status":%s}' % status.encode())
    assert error.status == expected


@pytest.mark.parametrize(
    "body",
    [
        GOOD,
        b"[]",
        b"1",
        b'{"result":"ok"}',
        b'{"result":["error"]}',
        b"",
        b"{",
        b"null",
        b'{"x":{"result":"error"}}',
        b'{"result":"ERROR"}',
        b'{"result":null}',
    ],
)
def test_no_failure(body: bytes) -> None:
    acme.read_update_recipient(answer(body))


def test_a_failure_is_seen_in_json_that_only_a_lenient_parser_reads() -> None:
    for body in (
        b'\xef\xbb\xbf{"result":"error","status":404}',
        b'{"result":"error","status":404,"x":NaN}',
    ):
        assert failed(body).status == 404


def test_what_a_failure_says_is_read_in_its_charset() -> None:
    body = '{"result":"error","data":"é"}'.encode("latin-1")
    told = answer(body, content_type="application/json; charset=latin-1")
    assert (raised(told).message, raised(answer(body)).message) == ("é", "\ufffd")


def test_failure_rules_compare_json_strictly() -> None:
    def told(equals: rt.Json, body: bytes) -> bool:
        rule = rt.Failure(when=("meta", "ok"), equals=equals)
        operation = get(responses={"200": rt.Reply(rt.Json)}, failure=rule)
        try:
            rt.read(operation, answer(body))
        except rt.FailureInSuccess:
            return True
        return False

    assert told(False, b'{"meta":{"ok":false}}')
    assert not told(False, b'{"meta":{"ok":0}}')
    assert not told(1, b'{"meta":{"ok":true}}')
    assert told(1, b'{"meta":{"ok":1.0}}')
    assert told(None, b'{"meta":{"ok":null}}')
    assert not told(None, b'{"meta":{}}')
    assert not told(None, b'{"meta":1}')
    assert told({"a": [1]}, b'{"meta":{"ok":{"a":[1]}}}')


def every_error() -> list[rt.APIError]:
    response = rt.Response(
        1, 200, rt.Headers(), b"", (rt.Mismatch("$", "a", "b", "c"),)
    )
    return [
        raised(answer(PROBLEM, 404, x="y")),
        failed(b'{"result":"error"}'),
        rt.RequestInvalid(
            [rt.Violation("a", "b", "c")], operation=acme.UPDATE_RECIPIENT
        ),
        rt.ResponseMismatch(response, operation=acme.UPDATE_RECIPIENT),
        rt.CredentialsMissing("x", operation="o"),
        rt.ClosedError("x"),
        rt.ConnectTimeout("x", sent=False),
        rt.BodyTooLarge("x"),
    ]


@pytest.mark.parametrize("error", every_error(), ids=lambda e: type(e).__name__)
def test_errors_pickle_and_copy(error: rt.APIError) -> None:
    for twin in (
        pickle.loads(pickle.dumps(error)),
        copy.copy(error),
        copy.deepcopy(error),
    ):
        assert type(twin) is type(error)
        assert twin.args == error.args
        assert twin.__dict__ == error.__dict__
        assert str(twin) == str(error)


def test_families() -> None:
    assert issubclass(rt.RequestInvalid, ValueError)
    assert issubclass(rt.ConnectTimeout, rt.CallTimeout)
    assert issubclass(rt.ConnectTimeout, rt.ConnectError)
    assert issubclass(rt.FailureInSuccess, rt.StatusError)


def test_errors_of_a_transport_tell_which_call_they_belong_to() -> None:
    client = acme.Acme(token="t", transport=Fake(rt.ReadError("the connection broke")))
    with pytest.raises(rt.ReadError) as caught:
        client.update_recipient(ULID)
    assert str(caught.value) == (
        "update_recipient PATCH /recipients/{recipient_id}: the connection broke"
    )
    assert caught.value.sent


@pytest.mark.parametrize(("count", "rest"), [(10, ""), (11, "and 1 more")])
def test_ten_reasons_are_named(count: int, rest: str) -> None:
    found = [rt.Mismatch(f"$[{n}]", "type", "", "") for n in range(count)]
    differing = rt.Response(None, 200, rt.Headers(), b"", mismatches=tuple(found))
    broken = [rt.Violation(f"a[{n}]", "is odd", "type") for n in range(count)]
    for error, last in (
        (rt.ResponseMismatch(differing, operation=get()), "$[9] (type)"),
        (rt.RequestInvalid(broken, operation=get()), "a[9]: is odd"),
    ):
        assert str(error).partition(last)[2].strip("; ") == rest


def test_each_status_raises_the_class_whose_docstring_names_it() -> None:
    classes = [c for c in vars(rt).values() if isinstance(c, type)]
    told = {c: (c.__doc__ or "")[:3] for c in classes if issubclass(c, rt.StatusError)}
    named = {c: int(status) for c, status in told.items() if status.isdecimal()}
    assert len(named) > 20
    for cls, status in named.items():
        assert type(raised(answer(b"", status), get())) is cls
