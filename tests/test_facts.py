"""How facts are counted: each once, in its file, by its evidence."""

from __future__ import annotations

from pathlib import Path

from truecopy import facts, pipeline
from truecopy.facts import Count
from truecopy.files.workspace import read_api
from truecopy.ir import Api
from workspaces import workspace

# The figures at the right say how many facts a line holds: a node and its keys.
SHARED = """\
title: Acme Parcel                                              # 1
description: Sends parcels.
servers:
  live: {url: https://api.acme.example, description: The one.}  # 2
security:
  token: {type: http, scheme: bearer}                           # 3
failure:                                                        # 1
  when: {property: result, equals: error}                       # 1
  message: data                                                 # 1
parameters:
  trace: {in: header, name: X-Trace, type: string}              # 4
schemas:
  Problem:                                                      # 1
    properties:
      detail: {type: string}                                    # 2
"""

DOCUMENT = """\
document: {title: Send, url: https://docs.acme.example/send}
operations:
  send:                                                         # 1
    method: POST                                                # 1
    path: /parcels/{id}                                         # 1
    summary: Sends a parcel.
    permissions: [parcels.write, parcels.send]                  # 1
    webhooks: [parcel.sent]                                     # 1
    rules: [Once a day.]                                        # 1
    parameters:
      id: {in: path, type: string, required: true}              # 4
      include:                                                  # 1
        in: query                                               # 1
        type: array                                             # 1
        items: {enum: [a, b]}                                   # 2
    request:                                                    # 1
      additionalProperties: false                               # 1
      properties:
        city: {type: [string, "null"], example: Oslo}           # 3
        size: {type: integer, examples: [1, 2]}                 # 3
        inner:                                                  # 1
          type: object                                          # 1
          properties:
            deep: {type: boolean, description: Far below.}      # 2
    responses:
      200: {description: Sent.}                                 # 1
      404: {schema: Problem}                                    # 2
"""


def _api(root: Path, files: dict[str, str]) -> Api:
    workspace(root, files)
    checked = pipeline.check(read_api(root, "acme"))
    assert checked.api is not None, checked.findings
    return checked.api


def _written(text: str) -> int:
    """The sum of the figures."""
    return sum(
        int(line.rpartition("# ")[2]) for line in text.splitlines() if "# " in line
    )


def _stated(number: int) -> Count:
    return Count(stated=number, inferred=0, missing=0, conflicting=0, open=0)


def test_each_fact_counts_once(tmp_path: Path) -> None:
    """In the file that writes it, not in every operation that it holds for."""
    api = _api(tmp_path, {"api": SHARED, "send": DOCUMENT, "track": DOCUMENT_2})
    assert facts.count(api) == _stated(_written(SHARED))
    send, track = api.documents
    assert facts.count(send) == _stated(_written(DOCUMENT))
    assert facts.count(track) == _stated(_written(DOCUMENT_2))


DOCUMENT_2 = """\
document: {title: Track}
operations:
  track:                                                        # 1
    method: GET                                                 # 1
    path: /parcels                                              # 1
    parameters:
      Trace: {in: header, name: x-trace, type: integer}         # 4
    responses:
      200: {schema: Problem}                                    # 2
"""


def test_pointers_lead_to_facts(tmp_path: Path) -> None:
    """A pointer is the path of keys from the top of the file."""
    api = _api(tmp_path, {"api": SHARED, "track": DOCUMENT_2})
    track = ("operations", "track")
    assert facts.pointers(api.documents[0]) == {
        track,
        (*track, "method"),
        (*track, "path"),
        (*track, "parameters", "Trace"),
        (*track, "parameters", "Trace", "in"),
        (*track, "parameters", "Trace", "name"),
        (*track, "parameters", "Trace", "type"),
        (*track, "responses", "200"),
        (*track, "responses", "200", "schema"),
    }
    assert ("failure", "when") in facts.pointers(api)
    assert ("description",) not in facts.pointers(api)


MARKED = """\
document: {title: Track}
operations:
  track:
    method: GET
    path: /parcels
    responses:
      200: {schema: Problem}
    evidence:
"""
PLAIN = facts.Count(stated=5, inferred=0, missing=0, conflicting=0, open=0)


def _count(root: Path, evidence: str) -> Count:
    """The counts of a document with five facts and some evidence."""
    text = MARKED + "".join(f"      {line}\n" for line in evidence.splitlines())
    return facts.count(_api(root, {"api": SHARED, "track": text}).documents[0])


BECAUSE = "because: Only the sample shows it."


def test_states(tmp_path: Path) -> None:
    """A mark moves a fact from one column to another; one that lacks something is open."""
    kinds = [
        (f"method: {{state: inferred, {BECAUSE}}}", (4, 1, 0, 0, 0)),
        (f"method: {{state: missing, source: Support., {BECAUSE}}}", (4, 0, 1, 0, 0)),
        (f"method: {{state: conflicting, also: [PUT], {BECAUSE}}}", (4, 0, 0, 1, 0)),
        (f"method: {{state: stated, {BECAUSE}}}", (5, 0, 0, 0, 0)),
        (f"method: {{state: missing, lacks: [body], {BECAUSE}}}", (5, 0, 0, 0, 1)),
        (
            f"method: {{state: missing, lacks: [a, b], source: Mail., {BECAUSE}}}",
            (5, 0, 0, 0, 1),
        ),
    ]
    for number, (evidence, expected) in enumerate(kinds):
        assert _count(tmp_path / str(number), evidence) == Count(*expected), evidence


def test_marks_of_one_fact(tmp_path: Path) -> None:
    """The mark that asks for the closest look counts, in whatever order they stand."""
    inferred = f"  - {{state: inferred, {BECAUSE}}}"
    stated = f"  - {{state: stated, {BECAUSE}}}"
    conflicting = f"  - {{state: conflicting, also: [PUT], {BECAUSE}}}"
    lacking = f"  - {{state: missing, lacks: [body], {BECAUSE}}}"
    cases = [
        ([inferred, stated], (4, 1, 0, 0, 0)),
        ([stated, inferred], (4, 1, 0, 0, 0)),
        ([conflicting, inferred], (4, 0, 0, 1, 0)),
        ([inferred, conflicting], (4, 0, 0, 1, 0)),
        ([inferred, lacking], (4, 1, 0, 0, 1)),
        ([lacking, lacking], (5, 0, 0, 0, 2)),
    ]
    for number, (marks, expected) in enumerate(cases):
        evidence = "\n".join(["method:", *marks])
        assert _count(tmp_path / str(number), evidence) == Count(*expected), marks


def test_marks_of_what_is_no_fact_itself(tmp_path: Path) -> None:
    """A doubt about a whole section, or about prose, is one fact more."""
    section = f"responses: {{state: inferred, {BECAUSE}}}"
    assert _count(tmp_path / "1", section) == Count(5, 1, 0, 0, 0)
    stated = f"responses: {{state: stated, {BECAUSE}}}"
    assert _count(tmp_path / "2", stated) == PLAIN


def test_parts_of_what_is_missing(tmp_path: Path) -> None:
    """Nothing in a mapping that the document lacks is stated, except below another mark."""
    missing = f"responses.200: {{state: missing, source: Support., {BECAUSE}}}"
    schema = f"responses.200.schema: {{state: stated, {BECAUSE}}}"
    inferred = f"responses.200: {{state: inferred, {BECAUSE}}}"
    whole = f"responses: {{state: missing, source: Support., {BECAUSE}}}"
    gap = f"responses: {{state: missing, lacks: [errors], source: Support., {BECAUSE}}}"
    cases = [
        ([missing], (3, 0, 2, 0, 0)),
        ([missing, schema], (4, 0, 1, 0, 0)),
        ([whole, inferred], (4, 1, 1, 0, 0)),
        ([gap], (5, 0, 0, 0, 1)),
    ]
    for number, (marks, expected) in enumerate(cases):
        assert _count(tmp_path / str(number), "\n".join(marks)) == Count(
            *expected
        ), marks
