"""A check of some documents at a time says what a check of all says."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from orders import LITTLE, MUCH, SPECS, WRONG
from truecopy import checking, pipeline, processors
from truecopy.diagnostics import Diagnostic, Place, error, ordered
from truecopy.files import workspace as files
from workspaces import API, parts, truecopy, workspace

# Document, old text, new text. What is wrong with a document alone is told without the others.
ALONE = {
    "a value that breaks its bound": ("make", "example: Ada", "example: Ada, minLength: 4"),
    "a parameter that no path has": ("find", "/{order_id}", ""),
}  # fmt: skip
# But where something could not be read, it may be what uses a schema of api.yaml that nothing seems to use.
UNREAD = {
    "a misspelt key": ("make", "maxLength: 20", "maxlength: 20"),
    "a text that YAML ends early": ("send", "title: Send a file", "title: 'Send a file"),
    "an empty file": ("send", SPECS["send"], ""),
    "a misspelt key of what is shared": ("api", "maxLength: 40", "maxlength: 40"),
}  # fmt: skip
# What is wrong with several, or with what they share, takes a look at all.
TOGETHER = {
    **UNREAD,
    **WRONG,
    "a name that leads nowhere": ("make", "{type: Address}", "{type: Adress}"),
    "a mapping that leads nowhere": (
        "make",
        "size: {enum: [small, large]}",
        "size: {oneOf: [{type: Address}], discriminator: {property: street, mapping: {a: Adress}}}",
    ),
    "two operations alike": ("send", "send_file", "Send_File2"),
    "a constant of another's name": ("send", "send_file", "MAKE_ORDER"),
    "a failure that no answer tells": ("api", "property: ok", "property: okay"),
    "a failure that one document's answers can't tell": (
        "send",
        "200: {properties: {ok: {type: boolean}, problem: {type: Problem}}}",
        "200: {properties: {problem: {type: Problem}}, additionalProperties: false}",
    ),
    "a schema that no document uses, where one can't be read": (
        "send",
        "title: Send a file}",
        "title: Send a file}\nschemas: {Idle: {type: string}}\nodd: 1",
    ),
}


def _changed(change: tuple[str, str, str]) -> Mapping[str, str]:
    name, old, new = change
    assert old in SPECS[name]
    return {**SPECS, name: SPECS[name].replace(old, new)}


def _whole(folder: files.ApiFolder) -> tuple[Diagnostic, ...]:
    checked = pipeline.check(folder)
    return ordered([*checked.findings, *pipeline.names(checked)])


@pytest.mark.parametrize("size", [1, 2])
@pytest.mark.parametrize(
    "change",
    [*LITTLE.values(), *MUCH.values(), *ALONE.values(), *TOGETHER.values()],
    ids=[*LITTLE, *MUCH, *ALONE, *TOGETHER],
)
def test_parts_say_what_the_whole_says(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: tuple[str, str, str],
    size: int,
) -> None:
    """No finding more, none less, whatever is wrong and wherever."""
    folder = files.read_api(workspace(tmp_path, _changed(change)), "acme")
    expected = _whole(folder)
    monkeypatch.setattr(processors, "_processors", lambda: 1)
    monkeypatch.setattr(checking, "batched", partial(parts, size))
    assert ordered(checking.check(folder)) == expected


@pytest.mark.parametrize(
    "change", [*LITTLE.values(), *ALONE.values()], ids=[*LITTLE, *ALONE]
)
def test_documents_are_told_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: tuple[str, str, str]
) -> None:
    """What can be said without the others is said without a look at all, an error too."""
    folder = files.read_api(workspace(tmp_path, _changed(change)), "acme")
    looked: list[int] = []

    def counted(folder: files.ApiFolder) -> pipeline.Checked:
        looked.append(len(folder.documents))
        return check(folder)

    check = pipeline.check
    monkeypatch.setattr(pipeline, "check", counted)
    monkeypatch.setattr(processors, "_processors", lambda: 1)
    monkeypatch.setattr(checking, "batched", partial(parts, 1))
    checking.check(folder)
    assert looked == [1, 1, 1]


def _folder(documents: int, size: int, shared: int) -> files.ApiFolder:
    named = [
        files.SpecFile(f"specs/acme/d{n:04}.yaml", f"d{n:04}", b"x" * size)
        for n in range(documents)
    ]
    api = files.SpecFile("specs/acme/api.yaml", "api", b"x" * shared)
    return files.ApiFolder("acme", api, tuple(named))


@pytest.mark.parametrize(
    ("documents", "size", "shared", "number"),
    [
        (4, 1000, 100, 1),
        (199, 1000, 100, 1),
        (200, 1000, 100, 2),
        (1234, 1000, 100, 12),
        (1000, 1000, 20_000, 6),
        (1000, 1000, 200_000, 1),
    ],
)
def test_documents_are_divided(
    documents: int, size: int, shared: int, number: int
) -> None:
    """Each document once, in order, in parts that are alike and worth reading api.yaml for."""
    folder = _folder(documents, size, shared)
    found = files.batched(folder)
    assert len(found) == number
    assert tuple(d for part in found for d in part.documents) == folder.documents
    lengths = {len(part.documents) for part in found}
    assert max(lengths) - min(lengths) <= 1


def test_what_can_not_be_read_is_not_divided() -> None:
    """Its findings would be those of every part."""
    folder = _folder(500, 1000, 100)
    finding = error(Place("specs/acme/x.yaml", 1, 1), "file-unreadable", "a folder")
    for other in (
        replace(folder, api=None, missing=True),
        replace(folder, unreadable=(finding,)),
    ):
        assert files.batched(other) == (other,)


_MANY = 240
_DOCUMENT = """\
document: {{title: Read {0}}}
operations:
  read_{0}:
    method: GET
    path: /things/{0}
    responses: {{200: {{properties: {{id: {{type: string{1}}}}}}}}}
"""


def _many(root: Path, odd: str = "") -> Path:
    documents = {f"read_{n}": _DOCUMENT.format(n, "") for n in range(_MANY)}
    documents["read_7"] = _DOCUMENT.format(7, odd)
    return workspace(root, {"api": API.partition("schemas:")[0], **documents})


def test_many_documents_on_all_processors(tmp_path: Path) -> None:
    """The command itself, with processes of its own."""
    assert len(files.batched(files.read_api(_many(tmp_path), "acme"))) == 2
    done = truecopy(tmp_path, "check")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"no findings\n", b"")
    wrong = truecopy(_many(tmp_path, ", minLenght: 1"), "check")
    assert wrong.returncode == 1
    assert b"specs/acme/read_7.yaml:6:55: error" in wrong.stdout
    assert b"1 error" in wrong.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
def test_an_interrupt_is_quiet(tmp_path: Path) -> None:
    """All processes of a terminal get it; one answers."""
    root = _many(tmp_path)
    running = subprocess.Popen(
        [sys.executable, "-c", _SLOW, str(root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert running.stdout is not None
    assert running.stdout.readline() == b"looking\n"
    os.killpg(running.pid, signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert b"Traceback" not in out + err
    assert running.returncode == 130


_SLOW = """\
import os, sys, time
from truecopy import checking, cli

def slow(folder):
    os.write(1, b"looking\\n")
    time.sleep(1)
    return look(folder)

os.chdir(sys.argv[1])
look = checking.look
checking.look = slow
sys.exit(cli.main(["check"]))
"""
