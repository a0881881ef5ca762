"""What holds for every page: nothing crashes the audit, and layout alone changes no verdict."""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from truecopy import fidelity
from truecopy.fidelity import UnreadableError, lock, reports
from truecopy.ir import Api

from fidelity.small import PAGE, sound, verdicts

HERE = Path(__file__).parent
VENDORS = sorted(path.name for path in (HERE / "documents").iterdir())
slow = settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow]
)


@functools.cache
def vendor(name: str) -> tuple[Api, str, bytes]:
    """The spec of a vendor and its page."""
    (page,) = (HERE / "documents" / name).iterdir()
    return sound(HERE, name), page.name, page.read_bytes()


PIECES = st.sampled_from(
    [
        *("city", "`city`", "- ", "| ", "\n", "\n\n", " ", "\t", "string", "required"),
        *("at most", "between", "50", "2-255", "one of", "default", "[", "]", "{", "}"),
        *('"', "'", '": ', "404", "POST", "https://api.acme.example/v1", "/parcels"),
        *("```", "<td>", "</td>", "<!--", "&nbsp;", "&#", "null", "\\", "\r", "# "),
        *("Responses", "Request body", "200 OK", "e.g.", "deprecated", "\u200b", "*"),
    ]
)


@slow
@given(st.one_of(st.text(), st.lists(PIECES, max_size=200).map("".join)))
@example("")
@example("\x00")
@example("\ud7ff\ufffe")
@pytest.mark.parametrize("name", ["page.txt", "page.html"])
def test_any_text_can_be_audited(name: str, text: str) -> None:
    """Any page has a report in each form, or is refused."""
    api, _, _ = vendor("parkello")
    (document,) = api.documents
    for page in (text, PAGE + text):
        try:
            done = fidelity.audit(api, document, name, page.encode(), None)
        except UnreadableError:
            continue
        found = [done]
        assert reports.audit_text(found).replace("\n", "").isprintable()
        assert reports.audit_markdown(found, ()).replace("\n", "").isprintable()
        assert reports.audit_json(found, ()).isascii()
        assert [*reports.audit_findings(found)]
        known = fidelity.parsed(fidelity.locked(done, {}))
        drifted = fidelity.drift(api, document, name, page.encode(), known, {})
        assert drifted.drift == ()


@slow
@given(st.binary())
def test_any_bytes_can_be_read(data: bytes) -> None:
    api, _, _ = vendor("parkello")
    with contextlib.suppress(UnreadableError):
        verdicts(api, "page.txt", data)


@slow
@given(st.text())
def test_any_lock_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(fidelity.BrokenError):
        fidelity.parsed(text.encode("utf-8", "surrogatepass"))


LAYOUT: dict[str, Callable[[str], str]] = {
    "returns": lambda text: text.replace("\n", "\r\n"),
    "old returns": lambda text: text.replace("\n", "\r"),
    "blanks at ends": lambda text: re.sub(r"\n", "  \n", text),
    "empty lines": lambda text: re.sub(r"\n\n", "\n\n\n\n", text),
    "tabs": lambda text: re.sub(r"(?<=\S) (?=\S)", "\t", text),
    "hard blanks": lambda text: re.sub(r"(?<=\w) (?=\w)(?![^<>]*>)", "\u00a0", text),
    "wide gaps after sentences": lambda text: re.sub(
        r"(?<=[a-z]\.) (?=[A-Z])", "  ", text
    ),
    "a mark of byte order": lambda text: "\ufeff" + text,
    "no end of line": lambda text: text.rstrip("\n"),
    "many ends of lines": lambda text: text + "\n\n\n",
}


@pytest.mark.parametrize("name", VENDORS)
@pytest.mark.parametrize("change", LAYOUT)
def test_white_space_alters_no_verdict(name: str, change: str) -> None:
    api, file, data = vendor(name)
    changed = LAYOUT[change](data.decode())
    assert verdicts(api, file, changed.encode()) == verdicts(api, file, data)


@pytest.mark.parametrize("name", VENDORS)
@pytest.mark.parametrize("change", LAYOUT)
def test_white_space_is_no_drift(name: str, change: str) -> None:
    api, file, data = vendor(name)
    (document,) = api.documents
    known = fidelity.parsed(
        fidelity.locked(fidelity.audit(api, document, file, data, None), {})
    )
    changed = LAYOUT[change](data.decode()).encode()
    assert fidelity.drift(api, document, file, changed, known, {}).drift == ()


@pytest.mark.parametrize("name", VENDORS)
def test_a_lock_survives_its_file(name: str) -> None:
    api, file, data = vendor(name)
    (document,) = api.documents
    done = fidelity.audit(api, document, file, data, None)
    known = lock.lock(done.audit, {"etag": '"v1"'})
    assert lock.parsed(lock.written(known)) == known
