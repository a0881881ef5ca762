"""What is logged of a call: one line per attempt, of fields that are allowed by name."""

from __future__ import annotations

import logging
import re
from typing import Any

import _runtime as rt
import pytest

from runtime.helpers import Caller, Clock, answer, get

FIELDS = (
    "operation",
    "method",
    "path",
    "status",
    "duration_ms",
    "attempt",
    "request_id",
)
USUAL = logging.makeLogRecord({}).__dict__.keys() | {"message", "asctime", "taskName"}


def added(record: logging.LogRecord) -> dict[str, Any]:
    return {k: v for k, v in record.__dict__.items() if k not in USUAL}


def test_each_attempt_is_a_line(
    caller: Caller, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    transport = caller.prepared(
        answer(b"{}", 503, x_request_id="r-1"), rt.ReadError("broken"), answer(b"{}")
    )
    transport.before = lambda _: clock.sleep(0.25)
    client = caller.client(transport)
    with caplog.at_level(logging.DEBUG, "acme_client"):
        caller.call(client, get("/x"))
    lines = [(r.name, r.levelname, r.getMessage()) for r in caplog.records]
    assert [(name, level) for name, level, _ in lines] == [
        ("acme_client", "INFO"),
        ("acme_client", "INFO"),
        ("acme_client", "DEBUG"),
    ]
    texts = [re.sub(r"\d\.\d\d s$", "_ s", text) for _, _, text in lines]
    assert texts == [
        "get_x: attempt 1: ServiceUnavailable, again in _ s",
        "get_x: attempt 2: ReadError, again in _ s",
        "get_x: attempt 3: 200",
    ]
    found = [added(record) for record in caplog.records]
    assert all(tuple(each) == FIELDS for each in found)
    assert [each["status"] for each in found] == [503, None, 200]
    assert [each["attempt"] for each in found] == [1, 2, 3]
    assert [each["request_id"] for each in found] == ["r-1", None, None]
    assert [each["duration_ms"] for each in found] == [250.0, 250.0, 250.0]
    assert {(e["operation"], e["method"], e["path"]) for e in found} == {
        ("get_x", "GET", "/x")
    }


def test_a_failure_is_left_to_who_catches_it(
    caller: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    client = caller.client(caller.prepared(answer(b"{}", 404)))
    for level, count in ((logging.INFO, 0), (logging.DEBUG, 1)):
        caplog.clear()
        with caplog.at_level(level, "acme_client"), pytest.raises(rt.NotFound):
            caller.call(client)
        assert len(caplog.records) == count


def test_what_is_raised_is_no_warning(
    caller: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    client = caller.client(
        caller.prepared(answer(b"{}", 203)), on_mismatch="raise", retries=0
    )
    with caplog.at_level(logging.DEBUG), pytest.raises(rt.ResponseMismatch):
        caller.call(client)
    (record,) = (r for r in caplog.records if r.name == "acme_client")
    assert (record.levelname, record.getMessage()) == (
        "DEBUG",
        "get_x: attempt 1: 203 differs from the document at $ (status)",
    )


def test_the_path_is_the_template(
    caller: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    operation = get("/x/{id}", rt.Parameter("id", "path", str))
    client = caller.client(caller.prepared())
    with caplog.at_level(logging.DEBUG, "acme_client"):
        caller.call(client, operation, values=("hunter2",))
    (record,) = caplog.records
    assert added(record)["path"] == "/x/{id}"
    assert "hunter2" not in repr(record.__dict__)
