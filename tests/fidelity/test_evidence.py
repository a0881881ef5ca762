"""What pages say of a field, in the many ways that people write it, is read as the fact that it is."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from truecopy import fidelity
from workspaces import workspace

from fidelity.small import API, PAGE, SEND, sound

HERE = Path(__file__).parent
CASES = yaml.safe_load((HERE / "evidence.yaml").read_text("utf-8"))
OF_APIS = yaml.safe_load((HERE / "evidence_of_apis.yaml").read_text("utf-8"))
LINE = "- `city` (string): at most 50 characters."


def complaints(root: Path, facts: object, said: str) -> list[str]:
    """What an audit has to say where a spec has these facts and its page says that."""
    text = SEND.replace("URL", "https://acme.example").replace(
        "{type: string, maxLength: 50}",
        yaml.safe_dump(facts, default_flow_style=True, width=10_000).strip(),
    )
    return audited(root, API, text, PAGE.replace(LINE, f"- `city` {said}"))


def audited(root: Path, shared: str, text: str, page: str) -> list[str]:
    """What an audit has to say of api.yaml, a spec and a page."""
    api = sound(workspace(root, {"api": shared, "send": text}), "acme")
    done = fidelity.audit(api, api.documents[0], "send.md", page.encode(), None)
    failing = [f"{f.kind} {f.value}: {f.verdict} {f.after}" for f in done.open]
    return failing + [f"{r.kind} {r.text}" for r in done.unaccounted]


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["facts"]))
def test_said(tmp_path: Path, case: dict[str, list[str]]) -> None:
    """A spec that says the same is a true copy, and one that says something else is none."""
    for number, said in enumerate(case["said"]):
        root = tmp_path / str(number)
        assert (said, complaints(root, case["facts"], said)) == (said, [])
        for index, other in enumerate(case.get("others", ())):
            found = complaints(root / str(index), other, said)
            assert found, f"{said}: {other}"


def more(text: str, path: list[str], facts: object) -> str:
    """A spec with more facts at a place."""
    spec = yaml.safe_load(text)
    below = spec
    for step in path:
        below = below[step]
    below.update(facts)
    return str(yaml.safe_dump(spec, sort_keys=False))


@pytest.mark.parametrize("case", OF_APIS, ids=lambda case: str(case["said"][0])[:40])
def test_said_of_an_api(tmp_path: Path, case: dict[str, list[str]]) -> None:
    """So too for what is said of no field."""
    of_api = "api" in case
    for number, said in enumerate(case["said"]):
        for index, facts in enumerate(
            [case.get("api", case.get("operation")), *case["others"]]
        ):
            text = SEND.replace("URL", "https://acme.example")
            if not of_api:
                text = more(text, ["operations", "send_parcel"], facts)
            shared = more(API, [], facts) if of_api else API
            found = audited(
                tmp_path / f"{number}-{index}", shared, text, f"{PAGE}\n{said}\n"
            )
            assert (said, facts, bool(found)) == (said, facts, index > 0), found


ENTRIES = """\
document: {title: Parcels}
operations:
  list_parcels:
    method: GET
    path: /parcels
    responses:
      200: {properties: {all: {type: array, items: {type: Entry}}}}
  send_parcel:
    method: POST
    path: /parcels
    request:
      properties:
        id: {type: string, required: true}
        code: {type: string, required: true}
    responses:
      200: {schema: Entry}
schemas:
  Entry:
    properties:
      id: {type: string}
"""
ENTRIES_PAGE = """\
# Acme Parcel: Parcels

https://api.acme.example/v1

GET /parcels

Answer 200: `all` (list of Entry)

POST /parcels

- `id` (string, mandatory)
- `code` (string, mandatory)

Answer 200: Entry

## Entry

- `id` (string)
"""


def test_an_operation_ends_the_answer_before_it(tmp_path: Path) -> None:
    """Its rows are not those of a schema that the answer before it names."""
    assert audited(tmp_path, API, ENTRIES, ENTRIES_PAGE) == []
