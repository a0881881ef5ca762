"""What becomes of a spec in Python, to the character: files that cases of tests/cases/generate expect."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from truecopy import commands, pipeline
from truecopy.files import workspace as files
from truecopy.ir import NumberSchema, Origin
from truecopy.source import Table
from truecopy.targets.python.bounds import bounds
from truecopy.targets.python.samples import Sampler
from workspaces import API, SEND, workspace

NOWHERE = Origin((), Table("", 0))
CASES = Path(__file__).parent / "cases" / "generate"
EXPECTED = sorted(
    str(path.relative_to(CASES))
    for path in CASES.glob("*/expected/**/*")
    if path.is_file()
)


@functools.cache
def outcome(case: str) -> pipeline.Generated:
    """What becomes of a case."""
    folder = files.read_api(CASES / case, "acme")
    checked = pipeline.check(folder)
    assert checked.api is not None, checked.findings
    return pipeline.generate(checked.api, files.read_templates(None))


def generated(case: str) -> Mapping[str, bytes]:
    """The files of a case's distribution."""
    return outcome(case).files


def test_what_is_not_generated_is_said() -> None:
    whole = "is taken as a whole; its schema is not generated yet"
    assert [(f.rule, f.message) for f in outcome("everything").findings] == [
        ("not-generated", f"send_rows: a body of application/x-ndjson {whole}"),
        ("not-generated", f"send_rows: a body of text/csv {whole}"),
        (
            "not-generated",
            "add_note: bodies of multipart/mixed are not generated yet",
        ),
        (
            "not-generated",
            "add_scan: files in a body of application/json are not generated yet, those of multipart/form-data are",
        ),
        (
            "not-generated",
            "search_notes: a body of text/plain can't ask for a page: not generated yet",
        ),
        (
            "not-generated",
            "answers of put_label in text/csv are not read, .raw has them; only application/json is typed",
        ),
    ]


def test_a_method_for_each_media_type() -> None:
    """Each has a class and the sample calls of its own; what is answered is the same."""
    client = generated("everything")["acme_client/client.py"].decode()
    names = re.findall(r"    def (add_(?:note|scan)\w*)\(", client)
    assert list(dict.fromkeys(names)) == [
        *("add_note", "add_note_as_form", "add_note_as_multipart"),
        *(
            "add_note_as_application_xml",
            "add_note_as_text_xml",
            "add_scan",
        ),
    ]
    module = generated("everything")["acme_client/bodies.py"].decode()
    assert re.findall(r"class (AddNote\w*)", module) == [
        *("AddNoteAsFormRequest", "AddNoteAsMultipartRequest"),
        *("AddNoteCreatedResponse", "AddNoteBadRequestResponse"),
        *("AddNoteAnswer", "AddNoteBadRequest"),
    ]
    tests = generated("everything")["tests/test_bodies.py"].decode()
    assert re.findall(r"def test_(add_note\w*example\w*)", tests) == [
        *("add_note_example_1", "add_note_as_form_example_1"),
        "add_note_as_text_xml_example_1",
    ]


def test_a_method_of_another_operations_name(tmp_path: Path) -> None:
    """What the name of a media type makes can be the name of an operation."""
    send = SEND.replace(
        "    request:\n",
        "    request:\n      content:\n        text/plain: {}\n        image/png: {}\n    old:\n",
    )
    spec = send[: send.index("    old:")] + "    responses: {204: {}}\n"
    spec += (
        spec[spec.index("  send_parcel:") :]
        .replace("send_parcel:", "send_parcel_as_png:")
        .replace("/parcels", "/png")
    )
    root = workspace(tmp_path, {"api": API, "send": spec})
    (finding,) = [f for f in commands.check(root, ["acme"]) if f.severity != "note"]
    assert finding.rule == "name-collision"
    assert "send_parcel_as_png" in finding.message


METHOD = """\
Gets a label to print.

Two things to know:

  - Labels are made once, and kept.
  - They can't be changed.

That is all.

Each call has a key of its own in the header Idem, the same in all its
attempts; options=RequestOptions(idempotency_key=...) gives another. Kept for
a day.

Answers in application/pdf or text/plain;
options=RequestOptions(headers={"accept": ...}) asks for one.

Args:
    copies: At most 2 items. Each item: At least 1, at most 9.
    scale: One of: 0.5, 2.5.
    paper: One of: a4, a5. Deprecated; may be gone from 2027-01-31.

Returns:
    200: Format: binary.
    203: Format: binary.

Raises:
    GetLabelBadRequest: 400.

The document leaves open or says twice:
    No limit of calls is told. Lacks: rate_limit.
    responses.400: The table has another status. Also: 422.
"""


def test_what_a_method_says() -> None:
    text = generated("everything")["acme_client/client.py"].decode()
    start = text.index("Gets a label to print.")
    said = text[start : text.index('"""', start)]
    assert inspect.cleandoc(said) + "\n" == METHOD


SHARED = """

## What all documents share

What is left open or said twice of it:

- `title`: The page is cut off. Lacks: version, how to get in.
- `servers.us`: The page names no such host. Source: Support.
- `schemas.Branch.properties.id.maxLength`: The form takes more. Also: 120, 130.
"""


def test_what_a_readme_says_of_all_documents() -> None:
    """At its end, and nothing where the documents share no question."""
    assert generated("unusual")["README.md"].decode().endswith(SHARED)
    assert "share" not in generated("open")["README.md"].decode()


@pytest.mark.parametrize("path", EXPECTED)
def test_file(path: str, update: bool) -> None:
    case, _, name = path.partition("/expected/")
    found = generated(case)[name.removesuffix(".txt")]
    if update:
        (CASES / path).write_bytes(found)
    assert found.decode() == (CASES / path).read_text("utf-8")


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (
            NumberSchema(
                origin=NOWHERE, integer=True, minimum=2**53 + 3, maximum=2**53 + 5
            ),
            [(2**53 + 3, 2**53 + 2), (2**53 + 5, 2**53 + 6)],
        ),
        (
            NumberSchema(
                origin=NOWHERE,
                integer=False,
                minimum=0.07,
                maximum=0.7,
                multiple_of=0.01,
            ),
            [(0.07, 0.06), (0.7, 0.71)],
        ),
    ],
    ids=["beyond the whole numbers of floats", "decimals that floats only come near"],
)
def test_both_sides_of_a_bound(
    schema: NumberSchema, expected: list[tuple[float, float]]
) -> None:
    [found] = bounds(schema, Sampler({}, "request"), "a")
    assert list(found.pairs)[:2] == expected
