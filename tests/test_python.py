"""What becomes of a spec in Python, to the character: files that cases of tests/cases/generate expect."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Mapping
from pathlib import Path

import pytest
from truecopy import pipeline
from truecopy.files import workspace
from truecopy.ir import NumberSchema, Origin
from truecopy.source import Table
from truecopy.targets.python.bounds import bounds
from truecopy.targets.python.samples import Sampler

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
    folder = workspace.read_api(CASES / case, "acme")
    checked = pipeline.check(folder)
    assert checked.api is not None, checked.findings
    return pipeline.generate(checked.api, workspace.read_templates(None))


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
            "answers of put_label in text/csv are not read, .raw has them; only application/json is typed",
        ),
    ]


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
