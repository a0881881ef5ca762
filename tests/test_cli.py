"""The commands: arguments in, text and exit status out, whatever lies in a workspace."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from truecopy import __version__, cli
from truecopy.cli import main
from truecopy.files import workspace as disk
from workspaces import (
    API,
    SEND,
    TRACK,
    WARNED,
    generate,
    times,
    truecopy,
    workspace,
    write,
)

COMMANDS = (
    ["check"],
    ["generate"],
    ["generate", "--check"],
    ["list"],
    ["export", "acme"],
)
WRONG = SEND.replace("POST", "SEND")
posix = pytest.mark.skipif(os.name != "posix", reason="names, links and pipes of POSIX")


class Run:
    """Runs a command in this process and keeps what it said."""

    def __init__(
        self, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]
    ) -> None:
        self._patch = patch
        self._capture = capture
        self.out = self.err = ""

    def __call__(self, folder: Path, *arguments: str) -> int:
        self._capture.readouterr()
        self._patch.chdir(folder)
        try:
            status = main(arguments)
        except SystemExit as stop:
            status = stop.code if isinstance(stop.code, int) else 1
        self.out, self.err = self._capture.readouterr()
        assert "Traceback" not in self.out + self.err
        assert "a bug of truecopy" not in self.err
        return status


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs commands in this process."""
    return Run(monkeypatch, capsys)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_from_anywhere(tmp_path: Path, run: Run, command: list[str]) -> None:
    """A command does the same from any folder of a workspace."""
    root = workspace(tmp_path)
    generate(root)
    (root / "notes/deep").mkdir(parents=True)
    said: set[str] = set()
    for folder in ("", "specs", "specs/acme", "generated/acme", "notes/deep"):
        assert run(root / folder, *command) == 0
        said.add(run.out)
    assert len(said) == 1


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_not_a_workspace(tmp_path: Path, run: Run, command: list[str]) -> None:
    """Where no folder has specs/, the way out is named."""
    assert run(tmp_path, *command) == 2
    assert run.out == ""
    words = "no specs/ here or in a folder above; `truecopy new API` makes one"
    assert run.err == f"truecopy: {words}\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "command",
    [["check", "acm"], ["generate", "acm"], ["list", "acm"], ["export", "acm"]],
    ids=" ".join,
)
def test_unknown_api(tmp_path: Path, run: Run, command: list[str]) -> None:
    """A name that is nearly right is suggested; it is wrong usage, no finding."""
    root = workspace(tmp_path)
    before = times(root)
    assert run(root, *command) == 2
    assert run.out == ""
    assert run.err == "truecopy: there is no API 'acm'; did you mean 'acme'?\n"
    assert times(root) == before


def test_unknown_apis(tmp_path: Path, run: Run) -> None:
    """All of them are named; paths are no names."""
    root = workspace(tmp_path)
    assert run(root, "check", "acme", "zzz", "../specs/acme", ".", "", "acme/") == 2
    assert run.err == (
        "truecopy: there is no API 'zzz'; "
        "there is no API '../specs/acme'; did you mean 'acme'?; "
        "there is no API '.'; there is no API ''; "
        "there is no API 'acme/'; did you mean 'acme'?\n"
    )


def test_a_path_in_place_of_a_name(tmp_path: Path, run: Run) -> None:
    """Who hands over a file is told the name of its API."""
    root = workspace(tmp_path)
    assert run(root, "check", "specs/acme/send.yaml") == 2
    assert run.err == (
        "truecopy: there is no API 'specs/acme/send.yaml'; did you mean 'acme'?\n"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["frobnicate"],
        ["check", "--form", "json"],
        ["check", "--format", "xml"],
        ["list", "--format", "sarif"],
        ["new"],
        ["new", "a", "b"],
        ["export"],
        ["generate", "--diff"],
        ["generate", "--check", "--force"],
    ],
    ids=" ".join,
)
def test_wrong_usage(tmp_path: Path, run: Run, arguments: list[str]) -> None:
    """Exit status 2, a message on standard error, nothing done."""
    root = workspace(tmp_path)
    before = times(root)
    assert run(root, *arguments) == 2
    assert run.out == ""
    assert "truecopy" in run.err
    assert times(root) == before


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif"])
@pytest.mark.parametrize(
    ("text", "status"),
    [(SEND, 0), (SEND.replace("string", "[string, string]"), 1), (WARNED, 1)],
    ids=["clean", "error", "warning"],
)
def test_exit_status(
    tmp_path: Path, run: Run, form: str, text: str, status: int
) -> None:
    """1 when there is an error or a warning, in any format."""
    root = workspace(tmp_path, {"api": API, "send": text})
    assert run(root, "check", "--format", form) == status
    assert run(root, "generate", "--format", form) == status
    assert run.err == ""


def test_notes_do_not_fail(tmp_path: Path, run: Run) -> None:
    """A note is for reading; the exit status is 0."""
    text = SEND.replace("{type: string}", "{type: string, format: hue}")
    root = workspace(tmp_path, {"api": API, "send": text})
    assert run(root, "check") == 0
    assert run.out.endswith("1 note\n")


def test_text(tmp_path: Path, run: Run) -> None:
    """Place, sentence, rule, the line with a caret, a summary."""
    root = workspace(tmp_path, {"api": API, "send": WRONG})
    for command in ("check", "generate"):
        assert run(root, command) == 1
        assert run.out == (
            "specs/acme/send.yaml:4:13: error: 'SEND' is not one of "
            + run.out.partition(" is not one of ")[2].partition(" [")[0]
            + " [schema-enum]\n"
            "        method: SEND\n"
            "                ^\n"
            "1 error\n"
        )


def test_json(tmp_path: Path, run: Run) -> None:
    """For programs: every member, also when there is nothing to report."""
    root = workspace(tmp_path, {"api": API, "send": SEND})
    assert run(root, "check", "--format", "json") == 0
    assert json.loads(run.out) == {"format": "truecopy.check/1", "diagnostics": []}
    assert run(root, "generate", "--format", "json") == 0
    made = json.loads(run.out)
    assert made["format"] == "truecopy.generate/1"
    assert made["diagnostics"] == []
    assert [api["api"] for api in made["apis"]] == ["acme"]
    assert "acme_client/send.py" in made["apis"][0]["written"]
    write(root, {"send": WRONG})
    for command, form in (("check", "check/1"), ("generate", "generate/1")):
        assert run(root, command, "--format", "json") == 1
        data = json.loads(run.out)
        assert data["format"] == f"truecopy.{form}"
        (found,) = data["diagnostics"]
        message = found.pop("message")
        assert message.startswith("'SEND' is not one of ")
        assert found == {
            "file": "specs/acme/send.yaml",
            "line": 4,
            "column": 13,
            "severity": "error",
            "rule": "schema-enum",
            "notes": [],
        }


def test_github(tmp_path: Path, run: Run) -> None:
    """One workflow command for each finding and nothing else."""
    root = workspace(tmp_path, {"api": API, "send": SEND})
    for command in ("check", "generate"):
        assert run(root, command, "--format", "github") == 0
        assert run.out == ""
    write(root, {"send": WRONG})
    for command in ("check", "generate"):
        assert run(root, command, "--format", "github") == 1
        start = "::error file=specs/acme/send.yaml,line=4,col=13,title=schema-enum::"
        assert run.out.startswith(start + "'SEND' is not one of ")
        assert run.out.count("\n") == 1


def test_sarif(tmp_path: Path, run: Run) -> None:
    """A log with the version of truecopy."""
    root = workspace(tmp_path, {"api": API, "send": WRONG})
    for command in ("check", "generate"):
        assert run(root, command, "--format", "sarif") == 1
        (log,) = json.loads(run.out)["runs"]
        assert log["tool"]["driver"]["version"] == __version__
        assert [result["ruleId"] for result in log["results"]] == ["schema-enum"]


def _columns(text: str) -> int:
    """Columns of a terminal, told in another way than the code's: by class of each character."""
    return sum(
        (
            0
            if unicodedata.combining(c)
            else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        )
        for c in text
    )


LINES = {
    "plain": "    method: SEND",
    "wide": '    {"x-日本語": 1, method: SEND}',
    "emoji": '    {"x-🚚🚚": 1, method: SEND}',
    "combining": '    {"x-e\u0301a\u0308": 1, method: SEND}',
    "full width": '    {"\uff58": 1, method: SEND}',
    "tab": "    method:\tSEND",
    "tabs": '    {"x-\t\t": 1,\tmethod:\tSEND}',
    "long": '    {"x-' + "y" * 300 + '": 1, method: SEND, "z": "' + "z" * 300 + '"}',
    "long and wide": '    {"x-' + "日" * 300 + '": 1, method: SEND}',
    "long and combining": '    {"x-' + "e\u0301" * 150 + '": 1, method: SEND}',
}


@pytest.mark.parametrize("end", ["\n", "\r\n", ""], ids=["lf", "crlf", "no end"])
@pytest.mark.parametrize("line", LINES.values(), ids=LINES.keys())
def test_caret(tmp_path: Path, run: Run, line: str, end: str) -> None:
    """The caret stands under the value, however wide what stands before it is shown."""
    inner = f"  send_parcel:\n{line}"
    text = f"document: {{title: Send}}\noperations:\n{inner}"
    root = workspace(
        tmp_path, {"api": API, "send": text.replace("\n", end or "\n") + end}
    )
    assert run(root, "check") == 1
    lines = run.out.splitlines()
    (at,) = [i for i, found in enumerate(lines) if "'SEND' is not one of" in found]
    excerpt, caret = lines[at + 1], lines[at + 2]
    assert caret.strip() == "^"
    before = excerpt[: excerpt.index("SEND")]
    assert _columns(before) == len(caret) - 1
    assert len(excerpt) <= 104
    assert f"specs/acme/send.yaml:4:{line.index('SEND') + 1}: error" in lines[at]


def test_color(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Colour on a terminal, unless NO_COLOR says otherwise."""
    root = workspace(tmp_path, {"api": API, "send": WRONG})

    def terminal(_: object) -> bool:
        return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    assert run(root, "check") == 1
    assert "\x1b" not in run.out
    monkeypatch.setattr(cli, "_is_terminal", terminal)
    assert run(root, "check") == 1
    assert "\x1b[1;31merror\x1b[0m: " in run.out
    monkeypatch.setenv("NO_COLOR", "")
    assert run(root, "check") == 1
    assert "\x1b" in run.out
    monkeypatch.setenv("NO_COLOR", "1")
    assert run(root, "check") == 1
    assert "\x1b" not in run.out


@posix
@pytest.mark.parametrize(
    ("redirect", "status", "said"),
    [
        ("| true", 1, ""),
        (">&-", 1, ""),
        ("> /dev/full", 2, "truecopy: standard output: No space left on device\n"),
    ],
)
def test_output_that_nobody_takes(
    tmp_path: Path, redirect: str, status: int, said: str
) -> None:
    """A reader that leaves is no error, and does not hide the findings; a full disk is one."""
    if "full" in redirect and not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    text = SEND + "".join(f"  x{n}: {{}}\n" for n in range(200))
    root = workspace(tmp_path, {"api": API, "send": text})
    command = shlex.join([sys.executable, "-m", "truecopy", "check"])
    script = f"(sleep 0.1; {command}; echo $? > status) {redirect}"
    done = subprocess.run(
        ["sh", "-c", script], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.stderr == said
    assert (root / "status").read_text() == f"{status}\n"


def test_new_check_generate_import(tmp_path: Path, run: Run) -> None:
    """The daily loop from an empty folder: the package that comes out can be imported."""
    assert run(tmp_path, "new", "acme_parcel") == 0
    assert run.out == (
        "wrote specs/acme_parcel/api.yaml\n"
        "wrote specs/acme_parcel/update_thing.yaml\n"
        "wrote specs/.schemas/api.schema.json\n"
        "wrote specs/.schemas/spec.schema.json\n"
    )
    assert sorted(path.name for path in (tmp_path / "specs").iterdir()) == [
        ".schemas",
        "acme_parcel",
    ]
    assert (
        'title: "Acme Parcel"\n'
        in (tmp_path / "specs/acme_parcel/api.yaml").read_text()
    )
    assert run(tmp_path, "check") == 0
    assert run.out == "no findings\n"
    assert run(tmp_path, "generate") == 0
    assert run(tmp_path, "list") == 0
    code = "import acme_parcel_client as p; print(p.AcmeParcel, p.AsyncAcmeParcel)"
    generated = tmp_path / "generated/acme_parcel"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=generated, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert run(tmp_path / "specs", "new", "bolt") == 0
    assert run.out.count("wrote") == 2
    assert run(tmp_path, "check", "bolt") == 0


BAD_NAMES = ["", ".", "..", "Acme", "1acme", "acme-parcel", "a b", "a/b", "../x"]


@pytest.mark.parametrize(
    "name",
    [
        *BAD_NAMES,
        "true",
        "none",
        "client",
        "self",
        "a__b",
        "acme_",
        "_acme",
        "acme\n",
        "acmé",
        "a\x1b[31m",
        "\udcff",
    ],
)
def test_new_with_a_bad_name(tmp_path: Path, run: Run, name: str) -> None:
    """A name that `check` would refuse is refused; nothing is written."""
    assert run(tmp_path, "new", "--", name) == 2
    assert "can't name an API" in run.err
    assert "\x1b" not in run.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["class", "a", "acme2", "a_1", "truecopy", "null", "x" * 60]
)
def test_new_with_a_good_name(tmp_path: Path, run: Run, name: str) -> None:
    """What `new` takes passes `check`."""
    assert run(tmp_path, "new", name) == 0
    assert run(tmp_path, "check") == 0


def _folder(path: Path) -> None:
    path.mkdir(parents=True)


def _file(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_text("mine")


def _dangling(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.symlink_to("nowhere")


@pytest.mark.parametrize("make", [_folder, _file, _dangling])
def test_new_over_something(
    tmp_path: Path, run: Run, make: Callable[[Path], None]
) -> None:
    """What is there stays as it is."""
    make(tmp_path / "specs/acme")
    before = times(tmp_path)
    assert run(tmp_path, "new", "acme") == 1
    words = "is there already; nothing was written"
    assert run.out.startswith(f"specs/acme:1:1: error: {words} [api-exists]\n")
    assert times(tmp_path) == before


def test_new_that_fails(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An API that could not be written whole is not there."""
    original = Path.write_bytes

    def write_bytes(path: Path, data: bytes) -> int:
        if path.name == "update_thing.yaml":
            raise OSError(28, "No space left on device", str(path))
        return original(path, data)

    monkeypatch.setattr(Path, "write_bytes", write_bytes)
    assert run(tmp_path, "new", "acme") == 2
    assert run.err.endswith("update_thing.yaml: No space left on device\n")
    assert list((tmp_path / "specs").iterdir()) == []
    monkeypatch.undo()
    assert truecopy(tmp_path, "new", "acme").returncode == 0


def test_new_in_json(tmp_path: Path, run: Run) -> None:
    """Findings only; none when all is well."""
    assert run(tmp_path, "new", "acme", "--format", "json") == 0
    assert json.loads(run.out)["diagnostics"] == []
    assert run(tmp_path, "new", "acme", "--format", "json") == 1
    (found,) = json.loads(run.out)["diagnostics"]
    assert found["rule"] == "api-exists"


def test_list(tmp_path: Path, run: Run) -> None:
    """A table for people; names that Python spells otherwise are shown both ways."""
    text = TRACK.replace("track_parcel", "import")
    root = workspace(tmp_path, {"api": API, "send": SEND, "track": text})
    assert run(root, "list", "acme") == 0
    head, shared, send, track = run.out.splitlines()
    kinds = ["STATED", "INFERRED", "MISSING", "CONFLICTING", "OPEN"]
    assert head.split() == ["API", "DOCUMENT", "OPERATIONS", *kinds]
    assert shared.split()[:3] == ["acme", "api", "-"]
    assert send.split()[:3] == ["acme", "send", "send_parcel"]
    assert track.split()[:4] == ["acme", "track", "import", "(import_)"]
    assert {line.index(line.split()[1]) for line in (head, shared, send)} == {6}
    assert len({len(line) for line in (head, shared, send, track)}) == 1


def test_list_in_json(tmp_path: Path, run: Run) -> None:
    """Each document with its operations and counts."""
    root = workspace(tmp_path)
    assert run(root, "list", "--format", "json") == 0
    data = json.loads(run.out)
    assert data["format"] == "truecopy.list/1"
    assert [row["document"] for row in data["documents"]] == ["api", "send", "track"]
    assert data["documents"][1]["operations"] == {"send_parcel": "send_parcel"}
    kinds = {"stated", "inferred", "missing", "conflicting", "open"}
    assert set(data["documents"][1]["facts"]) == kinds


@pytest.mark.parametrize("command", [["list"], ["export", "acme"]], ids=" ".join)
def test_findings_of_list_and_export(
    tmp_path: Path, run: Run, command: list[str]
) -> None:
    """Errors stand in the way and are shown as `check` shows them."""
    root = workspace(tmp_path, {"api": API, "send": WRONG})
    run(root, "check")
    expected = run.out
    assert run(root, *command) == 1
    assert run.out == expected
    assert run(root, *command, "--format", "json") == 1
    assert json.loads(run.out)["format"] == "truecopy.check/1"


def test_export(tmp_path: Path, run: Run) -> None:
    """OpenAPI 3.1 as JSON, or the same as YAML."""
    root = workspace(tmp_path, {"api": API.replace("Parcel", "Päckchen"), "send": SEND})
    assert run(root, "export", "acme") == 0
    document = json.loads(run.out)
    assert document["openapi"].startswith("3.1.")
    assert document["info"]["title"] == "Acme Päckchen"
    assert run(root, "export", "acme", "--yaml") == 0
    assert yaml.safe_load(run.out) == document


@posix
@pytest.mark.parametrize("command", [["export", "acme"], ["export", "acme", "--yaml"]])
def test_export_in_a_locale_of_ascii(tmp_path: Path, command: list[str]) -> None:
    """Standard output is UTF-8 in any locale."""
    root = workspace(tmp_path, {"api": API.replace("Parcel", "Päckchen"), "send": SEND})
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = truecopy(root, *command, **plain)
    assert done.returncode == 0
    assert "Päckchen" in done.stdout.decode("utf-8")


def test_as_a_module(tmp_path: Path) -> None:
    """`python -m truecopy` is the command, and so is the script."""
    root = workspace(tmp_path)
    done = truecopy(root, "check")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"no findings\n", b"")
    done = truecopy(root, "--version")
    assert done.stdout == f"truecopy {__version__}\n".encode()
    assert truecopy(root, "check", "acm").returncode == 2
    script = shutil.which("truecopy", path=str(Path(sys.executable).parent))
    if script is not None:
        done = subprocess.run(
            [script, "check"], cwd=root, capture_output=True, check=False
        )
        assert (done.returncode, done.stdout) == (0, b"no findings\n")


@pytest.mark.parametrize("command", ["", "new", "check", "generate", "list", "export"])
def test_help(tmp_path: Path, run: Run, command: str) -> None:
    """Every command explains itself, also outside of a workspace."""
    assert run(tmp_path, *command.split(), "--help") == 0
    assert run.out.startswith(f"usage: truecopy {command}".rstrip())


HEAVY = (
    *("yaml", "jinja2", "jsonschema", "jsonschema_rs", "referencing", "black"),
    *("asyncio", "httpx2", "msgspec", "truecopy.pipeline"),
)


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ("--help", 0),
        ("--version", 0),
        ("generate --help", 0),
        ("check zzz", 2),
        ("generate", 0),
        ("generate acme", 0),
    ],
)
def test_start_up_is_light(tmp_path: Path, arguments: str, status: int) -> None:
    """Help, wrong usage and a tree that is up to date need none of the heavy modules."""
    root = workspace(tmp_path)
    truecopy(root, "generate")
    code = (
        "import sys\n"
        "from truecopy.cli import main\n"
        "try:\n"
        f"    status = main({arguments.split()!r})\n"
        "except SystemExit as stop:\n"
        "    status = stop.code\n"
        f"heavy = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "print(status, heavy, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr.splitlines()[-1] == f"{status} []"


def _directory(path: Path) -> str:
    path.mkdir()
    return "can't be read: it is not a file"


def _broken_link(path: Path) -> str:
    path.symlink_to("nowhere.yaml")
    return "can't be read: the link leads nowhere"


def _circle(path: Path) -> str:
    path.symlink_to(path.name)
    return "can't be read: Too many levels of symbolic links"


def _pipe(path: Path) -> str:
    os.mkfifo(path)
    return "can't be read: it is not a file"


def _device(path: Path) -> str:
    path.symlink_to("/dev/zero")
    return "can't be read: it is not a file"


def _huge(path: Path) -> str:
    with path.open("wb") as file:
        file.truncate(1 << 40)
    return "can't be read: it has 1,099,511,627,776 bytes"


@posix
@pytest.mark.parametrize(
    "make", [_directory, _broken_link, _circle, _pipe, _device, _huge]
)
@pytest.mark.parametrize("name", ["track", "api"])
def test_files_that_are_none(
    tmp_path: Path, run: Run, make: Callable[[Path], str], name: str
) -> None:
    """What can't be read as a file is a finding, in every command, and never hangs."""
    root = workspace(tmp_path)
    path = root / f"specs/acme/{name}.yaml"
    path.unlink()
    said = make(path)
    for command in COMMANDS:
        assert run(root, *command) == 1
        place = f"specs/acme/{name}.yaml:1:1: error: {said}"
        assert f"{place} [file-unreadable]\n" in run.out
        assert "    ^" not in run.out
        assert "[file-missing]" not in run.out
    assert not (root / "generated").exists()


def test_a_file_without_permission(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it is for people who are not root; what it may use is not called unused."""
    api = f"{API}  Seen: {{type: object}}\n"
    root = workspace(tmp_path, {"api": api, "send": SEND, "track": TRACK})
    original = disk.read

    def read(path: Path) -> bytes:
        if path.name == "track.yaml":
            raise PermissionError(13, "Permission denied", str(path))
        return original(path)

    monkeypatch.setattr(disk, "read", read)
    assert run(root, "check") == 1
    assert run.out == (
        "specs/acme/track.yaml:1:1: error: can't be read: Permission denied "
        "[file-unreadable]\n1 error\n"
    )


def test_a_file_that_is_too_long(tmp_path: Path, run: Run) -> None:
    """More bytes than a spec may have, few enough to be read."""
    root = workspace(tmp_path, {"api": API, "send": SEND + "#" * (9 << 20)})
    assert run(root, "check") == 1
    assert "[yaml-size]" in run.out
    assert len(run.out) < 1000


NAMES = (
    b"tr\xffck.yaml",
    b"a\nb.yaml",
    b"\x1b[31m.yaml",
    b"\xe2\x80\xae.yaml",
    b"\x1b[31m.txt",
)


@posix
@pytest.mark.parametrize("form", ["text", "json", "github", "sarif"])
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", [TRACK, "\x1b[31m: \udcff"], ids=["good", "bad"])
def test_names_of_files(
    tmp_path: Path, run: Run, name: bytes, form: str, text: str
) -> None:
    """Any bytes can be a name; findings show them, and steer no terminal."""
    root = workspace(tmp_path, {"api": API, "send": SEND})
    path = root / "specs/acme" / os.fsdecode(name)
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    for command in COMMANDS:
        if command[0] in ("list", "export") and form not in ("text", "json"):
            continue
        assert run(root, *command, "--format", form) == 1
        assert run.err == ""
        assert all(c.isprintable() or c == "\n" for c in run.out)
        assert run.out.isascii()
        if form in ("json", "sarif"):
            json.loads(run.out)
            assert "\\ud" not in run.out.replace("\\\\ud", "")
    shown = os.fsdecode(name).encode("unicode_escape").decode()
    if form == "text":
        run(root, "check")
        assert f"specs/acme/{shown}:1:" in run.out


@posix
@pytest.mark.parametrize("name", [b"\xff", b"a\nb", b"\x1b[31m", b"Acme", b"a b"])
def test_names_of_apis(tmp_path: Path, run: Run, name: bytes) -> None:
    """A folder with such a name is a finding in every command."""
    root = workspace(tmp_path, {"api": API, "send": SEND})
    shutil.copytree(root / "specs/acme", root / "specs" / os.fsdecode(name))
    for command in (["check"], ["generate"], ["list"], ["export", os.fsdecode(name)]):
        assert run(root, *command) == 1
        assert "[api-name]" in run.out
        assert all(c.isprintable() or c == "\n" for c in run.out)


@posix
def test_names_of_templates(tmp_path: Path, run: Run) -> None:
    """Any bytes can be the name of a template."""
    root = workspace(tmp_path, {"api": API, "send": SEND})
    (root / "templates").mkdir()
    (root / "templates" / os.fsdecode(b"\xff.jinja")).write_text("x")
    assert run(root, "generate") == 1
    assert "templates/\\udcff.jinja:1:1: warning: truecopy has no template" in run.out


def test_text_of_specs_steers_no_terminal(tmp_path: Path, run: Run) -> None:
    """Neither raw control characters of a spec nor those behind escapes come out."""
    texts = {
        "raw": SEND.replace("Sends", "Sends \x1b]0;title\x07"),
        "escaped": SEND.replace("POST", '"\\e[31mPOST\\u009b\\u202e"'),
        "key": SEND.replace("summary:", '"\\e[31m":'),
        "syntax": SEND + "\x9b31m: [\n",
    }
    root = workspace(tmp_path, {"api": API, **texts})
    for form in ("text", "json", "github", "sarif"):
        assert run(root, "check", "--format", form) == 1
        assert all(c.isprintable() or c == "\n" for c in run.out)


def test_arguments_steer_no_terminal(tmp_path: Path, run: Run) -> None:
    """A name that was pasted may hold anything."""
    root = workspace(tmp_path)
    assert run(root, "check", "a\x1b[31m\udcff") == 2
    assert run.err == "truecopy: there is no API 'a\\x1b[31m\\udcff'\n"


@pytest.mark.parametrize("command", ["check", "generate"])
def test_other_files_among_the_specs(tmp_path: Path, run: Run, command: str) -> None:
    """What is not a spec is named, and the rest goes on; hidden files and locks are ours."""
    root = workspace(tmp_path)
    for name in ("notes.txt", "send.yml", ".hidden", "send.lock", "accepted.yaml"):
        (root / "specs/acme" / name).write_text("x")
    assert run(root, command) == 1
    assert run.out == (
        "specs/acme/notes.txt:1:1: error: 'notes.txt' is not a spec; a spec ends in .yaml [file-name]\n"
        "    x\n    ^\n"
        "specs/acme/send.yml:1:1: error: 'send.yml' is not a spec; a spec ends in .yaml [file-name]\n"
        "    x\n    ^\n"
        "2 errors\n"
    )


def test_specs_outside_of_apis(tmp_path: Path, run: Run) -> None:
    """A spec that nothing would read is not passed over in silence."""
    root = workspace(tmp_path)
    (root / "specs/send.yaml").write_text(SEND)
    (root / "specs/README.md").write_text("About these specs.\n")
    assert run(root, "check") == 1
    message = "'send.yaml' lies outside the folders of APIs; move it to specs/API/"
    assert run.out.startswith(f"specs/send.yaml:1:1: error: {message} [file-name]\n")
    assert run.out.endswith("1 error\n")


def test_a_workspace_without_apis(tmp_path: Path, run: Run) -> None:
    """There is nothing to report."""
    (tmp_path / "specs").mkdir()
    for command in (["check"], ["generate"], ["generate", "--check"], ["list"]):
        assert run(tmp_path, *command) == 0
    assert list(tmp_path.iterdir()) == [tmp_path / "specs"]


@pytest.mark.parametrize("path", ["specs", "generated"])
def test_files_where_folders_belong(tmp_path: Path, run: Run, path: str) -> None:
    """A sentence, and nothing is touched."""
    root = workspace(tmp_path)
    if path == "specs":
        shutil.rmtree(root / "specs")
    (root / path).write_text("mine")
    before = times(root)
    assert run(root, "generate") == (2 if path == "specs" else 1)
    assert run(root, "new", "bolt") == (2 if path == "specs" else 0)
    assert path != "specs" or times(root) == before


def test_a_bug_is_owned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An exception that nobody expected is a sentence too; a variable shows where it was."""
    root = workspace(tmp_path)

    def broken(_: object) -> object:
        raise ValueError("boom\x1b")

    monkeypatch.setattr("truecopy.pipeline.check", broken)
    monkeypatch.chdir(root)
    monkeypatch.delenv("TRUECOPY_TRACEBACK", raising=False)
    assert main(["check"]) == 2
    out, err = capsys.readouterr()
    assert (out, err) == (
        "",
        "truecopy: a bug of truecopy, not of your specs: ValueError: boom\\x1b\n",
    )
    monkeypatch.setenv("TRUECOPY_TRACEBACK", "1")
    with pytest.raises(ValueError, match="boom"):
        main(["check"])
