"""A run that makes little again leaves what a run that makes everything leaves, byte for byte."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
import yaml
from orders import API, FIND, LITTLE, MAKE, MUCH, SEND, SPECS, WRONG
from truecopy import increments, pipeline, portions
from truecopy.files import workspace as files
from truecopy.files.manifest import MANIFEST, digest
from truecopy.files.workspace import ApiFolder, SpecFile
from truecopy.ir import Api
from workspaces import generate, tree, workspace, write


def _noted(made: list[str], make: Callable[..., object]) -> Callable[..., object]:
    def noted(api: Api, *others: object) -> object:
        outcome = make(api, *others)
        if outcome is not None:
            made.append(api.name)
        return outcome

    return noted


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The APIs of which everything was made."""
    made: list[str] = []
    for module, name in ((portions, "at_once"), (pipeline, "generate")):
        monkeypatch.setattr(module, name, _noted(made, getattr(module, name)))
    return made


def _change(root: Path, change: tuple[str, str, str]) -> Mapping[str, str]:
    name, old, new = change
    text = SPECS[name].replace(old, new)
    specs = {**SPECS, name: text}
    write(root, specs)
    return specs


def _fresh(base: Path, specs: Mapping[str, str]) -> Mapping[str, str]:
    root = workspace(base / "fresh", specs)
    assert generate(root) == 0
    return tree(root / "generated/acme")


@pytest.mark.parametrize("change", LITTLE.values(), ids=LITTLE.keys())
def test_little_is_made_again(
    tmp_path: Path, whole: list[str], change: tuple[str, str, str]
) -> None:
    """A change of one document that the others take no part in, and back."""
    root = workspace(tmp_path / "root", SPECS)
    assert generate(root) == 0
    first = tree(root / "generated/acme")
    specs = _change(root, change)
    whole.clear()
    assert generate(root) == 0
    assert whole == []
    assert tree(root / "generated/acme") == _fresh(tmp_path, specs)
    write(root, SPECS)
    assert generate(root) == 0
    assert tree(root / "generated/acme") == first


@pytest.mark.parametrize("change", MUCH.values(), ids=MUCH.keys())
def test_everything_is_made_again(
    tmp_path: Path, whole: list[str], change: tuple[str, str, str]
) -> None:
    """A change that more depends on than the document's own files."""
    root = workspace(tmp_path / "root", SPECS)
    assert generate(root) == 0
    specs = _change(root, change)
    whole.clear()
    assert generate(root) == 0
    assert whole == ["acme"]
    assert tree(root / "generated/acme") == _fresh(tmp_path, specs)


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_said_of_the_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: tuple[str, str, str]
) -> None:
    """An error or a warning has everything looked at, again and again."""
    root = workspace(tmp_path / "root", SPECS)
    assert generate(root) == 0
    specs = _change(root, change)
    capsys.readouterr()
    assert generate(root) == 1
    said = capsys.readouterr().out
    assert "specs/acme/send.yaml" in said
    assert generate(workspace(tmp_path / "fresh", specs)) == 1
    assert capsys.readouterr().out == said.replace(
        "4 files written", "16 files written"
    )
    write(root, SPECS)
    assert generate(root) == 0
    assert tree(root / "generated/acme") == _fresh(tmp_path, SPECS)


def test_two_documents_at_once(tmp_path: Path, whole: list[str]) -> None:
    """Each is made again, the third is not; a document more or less is another package."""
    root = workspace(tmp_path / "root", SPECS)
    assert generate(root) == 0
    module = root / "generated/acme/acme_client/send.py"
    before = module.stat().st_ino
    changed = {
        **SPECS,
        "make": MAKE.replace("maxLength: 20", "maxLength: 21"),
        "find": FIND.replace("maximum: 30", "maximum: 31"),
    }
    write(root, changed)
    whole.clear()
    assert generate(root) == 0
    assert whole == []
    assert module.stat().st_ino == before
    assert tree(root / "generated/acme") == _fresh(tmp_path, changed)
    (root / "specs/acme/send.yaml").unlink()
    whole.clear()
    assert generate(root) == 0
    assert whole == ["acme"]


@pytest.mark.parametrize("what", ["starts", "needed", "make", "shared"])
def test_a_manifest_that_was_merged_is_not_believed(
    tmp_path: Path, whole: list[str], what: str
) -> None:
    """What a merge made of it may be of neither side."""
    root = workspace(tmp_path / "root", SPECS)
    assert generate(root) == 0
    path = root / "generated/acme" / MANIFEST
    data = json.loads(path.read_text("utf-8"))
    pieces = data["pieces"]
    if what == "make":
        pieces["documents"][what] = pieces["documents"]["find"]
    else:
        pieces[what] = pieces["documents"] if what == "needed" else pieces[what][::-1]
    path.write_text(json.dumps(data), "utf-8")
    specs = _change(root, LITTLE["a limit"])
    whole.clear()
    assert generate(root) == 0
    assert whole == ["acme"]
    assert tree(root / "generated/acme") == _fresh(tmp_path, specs)


def test_a_manifest_of_another_version_is_not_believed(
    tmp_path: Path, whole: list[str]
) -> None:
    """Its files are known all the same: nobody has to say --force."""
    root = workspace(tmp_path / "root", SPECS)
    assert generate(root) == 0
    path = root / "generated/acme" / MANIFEST
    data = json.loads(path.read_text("utf-8"))
    data["pieces"] = {"shared": "", "documents": {"make": "a b"}}
    data["seal"] = digest(json.dumps(data["pieces"]).encode())
    path.write_text(json.dumps(data), "utf-8")
    specs = _change(root, LITTLE["a limit"])
    whole.clear()
    assert generate(root) == 0
    assert whole == ["acme"]
    assert tree(root / "generated/acme") == _fresh(tmp_path, specs)


def test_an_edited_file_is_not_kept_in_silence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Although its document is not the one that changed."""
    root = workspace(tmp_path / "root", SPECS)
    assert generate(root) == 0
    module = root / "generated/acme/acme_client/send.py"
    module.write_text(module.read_text("utf-8") + "# mine\n", "utf-8")
    _change(root, LITTLE["a limit"])
    assert generate(root) == 1
    assert "send.py:1:1: error: was edited" in capsys.readouterr().out


def test_a_warning_that_stands_keeps_nothing_old(tmp_path: Path) -> None:
    """With a warning in one document another one changes, and api.yaml."""
    warned = {**SPECS, "send": SEND.replace(*WRONG["a warning"][1:])}
    root = workspace(tmp_path / "root", warned)
    assert generate(root) == 1
    assert generate(root) == 1
    for name, old, new in (LITTLE["a limit"], MUCH["what is shared"]):
        warned[name] = warned[name].replace(old, new)
        write(root, warned)
        assert generate(root) == 1
        fresh = workspace(tmp_path / f"fresh-{name}", warned)
        assert generate(fresh) == 1
        assert tree(root / "generated/acme") == tree(fresh / "generated/acme")


def test_a_manifest_of_two_sides_is_not_believed(
    tmp_path: Path, whole: list[str]
) -> None:
    """A merge took the tree and its hashes from one side, and from the other what came from which document."""
    trees: list[Path] = []
    for side, text in (("ours", "Makes one order."), ("theirs", "Makes an order now.")):
        root = workspace(tmp_path / side, SPECS)
        assert generate(root) == 0
        write(root, {**SPECS, "make": MAKE.replace("Makes an order.", text)})
        assert generate(root) == 0
        trees.append(root)
    ours, theirs = (root / "generated/acme" / MANIFEST for root in trees)
    merged = json.loads(theirs.read_text("utf-8"))
    merged |= {
        k: v
        for k, v in json.loads(ours.read_text("utf-8")).items()
        if k in ("pieces", "seal", "inputs")
    }
    theirs.write_text(json.dumps(merged), "utf-8")
    specs = {
        **SPECS,
        "find": FIND.replace("maximum: 30", "maximum: 31"),
        "make": MAKE.replace("Makes an order.", "Makes an order now."),
    }
    write(trees[1], specs)
    whole.clear()
    assert generate(trees[1]) == 0
    assert whole == ["acme"]
    assert tree(trees[1] / "generated/acme") == _fresh(tmp_path, specs)


def test_a_schema_of_another_document(tmp_path: Path, whole: list[str]) -> None:
    """Where that can be, what it is changes the other's files."""
    owner = {
        "send": SEND
        + "schemas: {Blob: {type: string, format: binary, maxLength: 10}}\n"
    }
    owner["make"] = MAKE.replace(
        "    rules:",
        "    request: {media_type: application/pdf, schema: Blob}\n    rules:",
    ).replace(
        """    request:
      properties:
        name: {type: string, maxLength: 20, example: Ada}
        address: {type: Address}
        size: {enum: [small, large]}
""",
        "",
    )
    specs = {**SPECS, **owner}
    root = workspace(tmp_path / "root", specs)
    assert generate(root) == 0
    specs["send"] = specs["send"].replace("maxLength: 10", "maxLength: 20")
    write(root, specs)
    whole.clear()
    assert generate(root) == 0
    assert whole == ["acme"]
    assert tree(root / "generated/acme") == _fresh(tmp_path, specs)


def test_a_class_of_an_upload_is_of_its_document_alone(tmp_path: Path) -> None:
    """Another document may have a schema of the name that the body of an upload gets."""
    other = FIND.replace(
        "Part: {",
        "SendFileRequest: {properties: {file: {type: string, format: binary}}}\n  Part: {",
    )
    other = other.replace(
        "method: GET", "method: POST\n    request: {schema: SendFileRequest}"
    )
    json_ = SEND.replace("multipart/form-data", "application/json").replace(
        "send_file", "send_files"
    )
    root = workspace(tmp_path / "root", {**SPECS, "find": other, "send": json_})
    assert generate(root) == 0
    specs = {
        **SPECS,
        "find": other,
        "send": json_.replace("application/json", "multipart/form-data"),
    }
    write(root, specs)
    assert generate(root) == 0
    assert tree(root / "generated/acme") == _fresh(tmp_path, specs)


ASK = """\
document: {title: NAME}
operations:
  ask_NAME:
    method: GET
    path: /NAME
    responses: {200: {properties: {PROPERTY}, additionalProperties: false}}
"""
ALONE = {
    "a failure of its own": ("    path: /a", "    failure: {when: {property: ok, equals: false}}\n    path: /a", "failure-path"),
    "no member that tells": ("ok: {type: boolean}", "id: {type: string}", "failure-path"),
    "no value that tells": ("ok: {type: boolean}", "ok: {type: string}", "failure-value"),
}  # fmt: skip


@pytest.mark.parametrize("change", ALONE.values(), ids=ALONE.keys())
def test_a_failure_that_one_document_alone_can_tell(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: tuple[str, str, str]
) -> None:
    """Of the failure in api.yaml one operation that can have it is enough, until that is the one that changes."""
    head = API.partition("security:")[0]
    specs = {"api": head + "failure: {when: {property: ok, equals: false}}\n"}
    for name, member in (("a", "ok: {type: boolean}"), ("b", "id: {type: string}")):
        specs[name] = ASK.replace("NAME", name).replace("PROPERTY", member)
    root = workspace(tmp_path / "root", specs)
    assert generate(root) == 0
    old, new, rule = change
    write(root, {"a": specs["a"].replace(old, new)})
    capsys.readouterr()
    assert generate(root) == 1
    assert f"[{rule}]" in capsys.readouterr().out


def test_own_templates_are_followed_as_a_whole(
    tmp_path: Path, whole: list[str]
) -> None:
    """What they show of a document, and where, nobody knows."""
    root = workspace(tmp_path / "root", SPECS)
    own = root / "templates/python"
    own.mkdir(parents=True)
    (own / "init.py.jinja").write_text(
        "{{ view.doc }}\n\n__all__: list[str] = []\n", "utf-8"
    )
    assert generate(root) == 0
    _change(root, LITTLE["a limit"])
    whole.clear()
    assert generate(root) == 0
    assert whole == ["acme"]


def _leaves(data: object) -> Iterator[tuple[list[object] | dict[str, object], object]]:
    """Every place of a value that is no collection: what holds it, and its key."""
    pairs: list[tuple[object, object]] = []
    if isinstance(data, dict):
        pairs = list(cast("dict[object, object]", data).items())
    elif isinstance(data, list):
        pairs = list(enumerate(cast("list[object]", data)))
    for key, value in pairs:
        if isinstance(value, dict | list):
            yield from _leaves(cast("object", value))
        else:
            yield cast("dict[str, object]", data), key


def _others(value: object) -> Iterator[object]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value + 1, value * 10)
    else:
        yield from (f"{value}s", f'{value} """ of {{x}} \'\\', "integer", "Money")


def _changed(document: SpecFile) -> Iterator[SpecFile]:
    """A document with every single value changed in some ways."""
    for index, _ in enumerate(_leaves(yaml.safe_load(document.data))):
        data = yaml.safe_load(document.data)
        holder, key = list(_leaves(data))[index]
        place = cast("dict[object, object]", holder)
        for other in _others(place[key]):
            place[key] = other
            text = yaml.safe_dump(data, sort_keys=False)
            yield replace(document, data=text.encode())


@pytest.mark.parametrize("name", ["find", "make", "send"])
def test_whatever_changes(tmp_path: Path, name: str) -> None:
    """Of every single value: what is made again is what a whole run makes, or else the whole has to be made."""
    templates = files.read_templates(None)

    def made(folder: ApiFolder) -> portions.Made | None:
        checked = pipeline.check(folder)
        if checked.api is None:
            return None
        inputs = files.inputs(folder, templates)
        whole = portions.at_once(checked.api, checked.findings, templates, inputs)
        generated = pipeline.generate(checked.api, templates)
        assert whole is None or whole.files == generated.files
        return whole

    start = files.read_api(workspace(tmp_path, SPECS), "acme")
    whole = made(start)
    assert whole is not None
    assert whole.pieces is not None
    (document,) = [d for d in start.documents if d.stem == name]
    little = 0
    for other in _changed(document):
        documents = [other if d.stem == name else d for d in start.documents]
        folder = replace(start, documents=tuple(documents))
        inputs = files.inputs(folder, templates)
        again = increments.regenerate(
            folder, templates, inputs, whole.pieces, whole.files
        )
        if again is None:
            continue
        little += 1
        expected = made(folder)
        assert expected is not None, other.data.decode()
        assert again.files == expected.files, other.data.decode()
        assert again.pieces == expected.pieces, other.data.decode()
    assert little > 10
