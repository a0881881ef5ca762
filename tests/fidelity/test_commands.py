"""audit and drift as commands: what can be wrong with what they are given, and their forms."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from truecopy.fidelity import pages

from fidelity.small import PAGE, SEND, Run, parcel, without_places

FORMS = ("text", "json", "github", "sarif", "markdown")
HERE = ("--documents", "pages")


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(parcel(tmp_path))
    monkeypatch.delenv("TRUECOPY_DOCUMENTS", raising=False)
    return tmp_path


def page(acme: Path, text: str | bytes) -> None:
    data = text.encode() if isinstance(text, str) else text
    (acme / "pages/acme/send.md").write_bytes(data)


def finding(printed: str) -> str:
    """The first finding, without the line of the spec that it shows."""
    return without_places(printed).splitlines()[0]


@pytest.mark.parametrize("command", ["audit", "drift"])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            (),
            "where are the documents? --documents DIR names their folder, as TRUECOPY_DOCUMENTS does; --fetch gets them",
        ),
        (("--documents", "nowhere"), "there is no folder nowhere"),
        (
            ("--documents", "specs/acme/send.yaml"),
            "there is no folder specs/acme/send.yaml",
        ),
        (("acmee", *HERE), "there is no API 'acmee'; did you mean 'acme'?"),
    ],
)
def test_wrong_usage(
    acme: Path, run: Run, command: str, arguments: tuple[str, ...], message: str
) -> None:
    assert acme.is_dir()
    assert run(command, *arguments) == (2, "", f"truecopy: {message}\n")


def test_outside_of_a_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("audit", "--documents", ".")[0] == 2


@pytest.mark.usefixtures("acme")
def test_the_folder_is_named_once_for_all(
    monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.setenv("TRUECOPY_DOCUMENTS", "pages")
    code, printed, _ = run("audit")
    assert code == 0
    assert printed.startswith("acme/send: ")


@pytest.mark.usefixtures("acme")
def test_a_true_copy(run: Run) -> None:
    code, printed, _ = run("audit", *HERE)
    assert (code, printed) == (
        0,
        "acme/send: 9 of 9 facts have their evidence in pages/acme/send.md; 0 unaccounted\n",
    )


@pytest.mark.parametrize("command", ["audit", "drift"])
def test_no_page(acme: Path, run: Run, command: str) -> None:
    run("audit", *HERE, "--lock")
    (acme / "pages/acme/send.md").rename(acme / "pages/acme/.send.md")
    code, printed, _ = run(command, *HERE)
    assert code == 1
    assert finding(printed) == (
        "send.yaml: error: its page is not among the documents; it would be acme/send.*"
        " [document-absent]"
    )


@pytest.mark.parametrize("command", ["audit", "drift"])
def test_no_documents(acme: Path, run: Run, command: str) -> None:
    """What has nothing to compare must not pass for a comparison."""
    (acme / "specs/acme/send.yaml").unlink()
    code, printed, _ = run(command, *HERE)
    assert code == 1
    assert finding(printed) == (
        "specs:1:1: error: nothing was held against a page: there is no document"
        " [document-none]"
    )


def test_two_pages(acme: Path, run: Run) -> None:
    (acme / "pages/acme/send.html").write_text("<p>city", "utf-8")
    code, printed, _ = run("audit", *HERE)
    assert code == 1
    assert finding(printed) == (
        "send.yaml: error: several pages are called acme/send.*: 'send.html', 'send.md'"
        " [document-many]"
    )


@pytest.mark.parametrize("command", ["audit", "drift"])
@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the page is empty"),
        (b" \n\t\n", "the page is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" * 9, "the page is not text"),
        (bytes(range(32)) * 9, "the page is not text"),
        (b"a" * 1001, "the page has 1,001 bytes; the limit is 1,000"),
        (b"<html><script>x</script></html>", "the page holds no text"),
    ],
)
def test_unreadable(
    acme: Path,
    monkeypatch: pytest.MonkeyPatch,
    run: Run,
    command: str,
    data: bytes,
    message: str,
) -> None:
    run("audit", *HERE, "--lock")
    monkeypatch.setattr(pages, "LIMIT", 1000)
    page(acme, data)
    code, printed, _ = run(command, *HERE)
    assert code == 1
    assert (
        finding(printed)
        == f"pages/acme/send.md:1:1: error: {message} [document-unreadable]"
    )


def test_a_page_that_is_no_file(acme: Path, run: Run) -> None:
    (acme / "pages/acme/send.md").unlink()
    (acme / "pages/acme/send.md").mkdir()
    assert "[document-absent]" in run("audit", *HERE)[1]


@pytest.mark.usefixtures("acme")
def test_never_locked(run: Run) -> None:
    code, printed, _ = run("drift", *HERE)
    assert code == 1
    assert finding(printed) == (
        "send.yaml: error: was never locked; `truecopy audit --lock` accepts its page as it is"
        " [lock-missing]"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not JSON"),
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("\ud800", "is not JSON"),
        ("<<<<<<< HEAD", "is not JSON"),
        ("[]", "is not of the format truecopy.lock/1"),
        ('{"format": "truecopy.lock/9"}', "is not of the format truecopy.lock/1"),
        ('{"format": "truecopy.lock/1"}', "lacks its page or its nodes"),
        (
            '{"format": "truecopy.lock/1", "page": {}, "nodes": {}, "counts": {}, "open": [["a"]]}',
            "has a list of another shape than truecopy writes",
        ),
    ],
)
def test_broken_lock(acme: Path, run: Run, text: str, message: str) -> None:
    """Is said once, and mended by locking again."""
    path = acme / "specs/acme/send.lock"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    expected = f"send.lock: error: {message}; lock it again [lock-broken]"
    for command in ("drift", "audit"):
        code, printed, _ = run(command, *HERE)
        assert code == 1
        assert finding(printed) == expected
        assert "1 error" in printed
    assert run("audit", *HERE, "--lock") == (0, "wrote specs/acme/send.lock\n", "")
    assert run("drift", *HERE)[0] == 0


def test_a_lock_that_is_no_file(acme: Path, run: Run) -> None:
    (acme / "specs/acme/send.lock").mkdir()
    code, printed, _ = run("drift", *HERE)
    assert code == 1
    assert "[lock-unreadable]" in finding(printed)


def test_a_spec_that_is_not_sound(acme: Path, run: Run) -> None:
    path = acme / "specs/acme/send.yaml"
    path.write_text(SEND.replace("maxLength", "maxLenght"), "utf-8")
    code, printed, _ = run("audit", *HERE)
    assert code == 1
    assert "did you mean 'maxLength'?" in printed
    assert "acme/send: " not in printed


# Forms.


@pytest.fixture
def drifting(acme: Path, run: Run) -> Path:
    """A page that was locked and is another one since, with what would steer a terminal or Markdown."""
    run("audit", *HERE, "--lock")
    line = "- `no_signature\x1b[31m` (string): a|b <b>@octocat</b> `#1`, see `other_field`.\n"
    page(acme, PAGE.replace("50", "40").replace("\n## Resp", line + "\n## Resp"))
    return acme


@pytest.mark.usefixtures("drifting")
@pytest.mark.parametrize("command", ["audit", "drift"])
@pytest.mark.parametrize("form", FORMS)
def test_nothing_steers_a_terminal(run: Run, command: str, form: str) -> None:
    code, printed, _ = run(command, *HERE, "--format", form)
    assert code == 1
    assert printed.replace("\n", "").isprintable()
    assert "other_field" in printed.replace("\\", "")


@pytest.mark.usefixtures("drifting")
def test_drift_in_text(run: Run) -> None:
    _, printed, _ = run("drift", *HERE)
    lines = printed.splitlines()
    assert lines[0].endswith("in pages/acme/send.md")
    (changed,) = [line for line in lines if "maxLength" in line]
    assert changed == (
        "  specs/acme/send.yaml:8  page:7:28  changed  operations.send_parcel.request.properties"
        ".city.maxLength maxLength: the page now says '40' instead of '50'"
        "  [send_parcel(city), SendParcelRequest.city]"
    )


@pytest.mark.usefixtures("drifting")
def test_drift_in_json(run: Run) -> None:
    _, printed, _ = run("drift", *HERE, "--format", "json")
    data = json.loads(printed)
    assert list(data) == ["format", "documents", "diagnostics"]
    assert data["format"] == "truecopy.drift/1"
    (document,) = data["documents"]
    assert list(document) == ["api", "spec", "document", "findings"]
    (changed,) = [each for each in document["findings"] if each["kind"] == "changed"]
    assert changed == {
        "kind": "changed",
        "pointer": "/operations/send_parcel/request/properties/city/maxLength",
        "fact": "maxLength",
        "operation": "send_parcel",
        "symbols": ["send_parcel(city)", "SendParcelRequest.city"],
        "before": "50",
        "after": "40",
        "line": 7,
        "column": 28,
        "spec_line": 8,
    }


@pytest.mark.usefixtures("drifting")
def test_audit_in_json(run: Run) -> None:
    _, printed, _ = run("audit", *HERE, "--format", "json")
    data = json.loads(printed)
    assert list(data) == ["format", "documents", "diagnostics"]
    assert data["format"] == "truecopy.audit/1"
    (document,) = data["documents"]
    counts = ["evidenced", "claimed", "accounted", "found"]
    assert list(document) == [
        *("api", "spec", "document", "facts", "unaccounted"),
        *counts,
    ]
    assert document["claimed"] == len(document["facts"])
    assert document["evidenced"] == document["claimed"] - 1
    (fact,) = [each for each in document["facts"] if each["verdict"] != "found"]
    assert fact == {
        "pointer": "/operations/send_parcel/request/properties/city/maxLength",
        "fact": "maxLength",
        "value": 50,
        "state": "stated",
        "verdict": "contradicted",
        "line": 7,
        "column": 28,
        "spec_line": 8,
    }
    for rest in document["unaccounted"]:
        assert list(rest) == ["text", "kind", "line", "column", "near"]


@pytest.mark.usefixtures("drifting")
def test_drift_on_github(run: Run) -> None:
    _, printed, _ = run("drift", *HERE, "--format", "github")
    assert all(line.startswith("::error file=") for line in printed.splitlines())
    assert (
        "::error file=specs/acme/send.yaml,line=8,col=30,title=drift-changed::"
        in printed
    )


@pytest.mark.usefixtures("drifting")
@pytest.mark.parametrize("command", ["audit", "drift"])
def test_sarif(run: Run, command: str) -> None:
    """The members that code scanning needs (SARIF 2.1.0)."""
    _, printed, _ = run(command, *HERE, "--format", "sarif")
    log = json.loads(printed)
    assert log["version"] == "2.1.0"
    (found,) = log["runs"]
    rules = [rule["id"] for rule in found["tool"]["driver"]["rules"]]
    for result in found["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["ruleId"].startswith(f"{command}-")
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"]
        places = [*result["locations"], *result["relatedLocations"]]
        for place in (each["physicalLocation"] for each in places):
            assert place["artifactLocation"]["uri"] in (
                "specs/acme/send.yaml",
                "pages/acme/send.md",
            )
            assert place["region"]["startLine"] >= 1
            assert place["region"]["startColumn"] >= 1


@pytest.mark.usefixtures("drifting")
def test_drift_in_markdown(run: Run) -> None:
    """Nothing of the page is markup, mentions a person or closes an issue."""
    _, printed, _ = run("drift", *HERE, "--format", "markdown")
    assert printed.startswith("# Changes of documents\n\n## acme/send\n\n")
    rows = [line for line in printed.splitlines() if line.startswith("| ")]
    assert all(row.count(" | ") == 5 for row in rows)
    for sign in ("@", "<b>", "`"):
        assert sign not in printed


@pytest.mark.parametrize("command", ["audit", "drift"])
def test_markdown_fits_into_an_issue(acme: Path, run: Run, command: str) -> None:
    run("audit", *HERE, "--lock")
    fields = "".join(f"- `field_{n}_{'x' * 40}` (string): no.\n" for n in range(2000))
    page(acme, PAGE.replace("\n## Resp", fields + "\n## Resp"))
    code, printed, _ = run(command, *HERE, "--format", "markdown")
    assert code == 1
    assert len(printed) <= 65_536
    assert printed.endswith(" more rows did not fit.\n")
