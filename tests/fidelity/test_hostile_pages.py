"""Pages that mean harm: each is read to its end or refused, and nothing of it reaches the terminal raw."""

from __future__ import annotations

from pathlib import Path

import pytest

from fidelity.small import PAGE, Run, parcel

SIZE = 4_000


def bait(piece: str) -> str:
    """One piece over and over, inside of a page that is otherwise as it should be."""
    return PAGE.replace("\n## Resp", piece * (SIZE // len(piece)) + "\n\n## Resp")


BAIT = {
    "brackets": "[",
    "braces": '{"a":',
    "lists in objects": '[{"a":',
    "quotes": '"',
    "escapes": '\\"',
    "triple quotes": '"""',
    "ticks": "`",
    "digits": "1",
    "decimals": "1.",
    "digits with commas": "1,",
    "words": "a a a a ",
    "one word": "a",
    "names": "a_",
    "dots": "a.",
    "camels": "aB",
    "hyphens": "A-",
    "tags": "<",
    "tags that never end": "<a ",
    "comments that never end": "<!--",
    "entities": "&amp;",
    "entities that never end": "&a",
    "addresses": "https://",
    "slashes": "/a",
    "pipes": "|",
    "rows": "| a | b |\n",
    "stars": "*",
    "headings": "# city\n",
    "the field": "- `city` (string)\n",
    "the field in one line": "city ",
    "bullets": "- ",
    "counters": "1\n2\n3\n",
    "white space": " ",
    "tabs": "\t",
    "empty lines": "\n",
    "returns": "\r",
    "line separators": "\u2028",
    "unseen": "\u200b\u2066\ufeff",
    "combining": "e\u0301",
    "ranges": "1-2-",
    "one of": "one of ",
    "enumerations": "`a`, ",
    "statuses": "404 ",
    "methods": "POST ",
    "at most": "at most ",
    "colons": "a: ",
    "escaped": "\\",
}


@pytest.mark.parametrize("name", BAIT)
def test_bait(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    """The rest of the page is found; what it cost is for bench/ to say."""
    monkeypatch.chdir(parcel(tmp_path, bait(BAIT[name])))
    for form in ("text", "markdown"):
        code, printed, _ = run("audit", "--documents", "pages", "--format", form)
        assert code in (0, 1)
        assert printed.replace("\n", "").isprintable()
    assert run("audit", "--documents", "pages", "--lock")[0] == 0
    assert run("drift", "--documents", "pages")[0] == 0


@pytest.mark.parametrize(
    "tag", ["div", "table><tr><td", "ul><li", "b", "pre", "nav", "script", "select"]
)
def test_deep_html(
    tag: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    """More levels than anybody's stack has."""
    deep = "<html><body>" + f"<{tag}>" * 10_000 + PAGE
    monkeypatch.chdir(parcel(tmp_path, deep))
    code, printed, _ = run("audit", "--documents", "pages")
    assert code == 1
    assert printed.replace("\n", "").isprintable()


@pytest.mark.parametrize(
    "text",
    [
        "\x1b[2J\x1b[1;31mcity\x1b]0;owned\x07",
        "\u202ecity\u202c",
        "city\x00\x08\x7f\x9b31m",
        "\u2028city\u2029\x85",
        "\U000e0041\ue000\ud7ff\ufffe",
        "::error file=x::city\n::stop-commands::x\n",
        "](javascript:alert(1)) <img src=x onerror=alert(1)> @octocat closes #1",
    ],
)
@pytest.mark.parametrize("form", ["text", "json", "github", "sarif", "markdown"])
def test_nothing_is_printed_raw(
    text: str, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    """In a name, in a value, in a type and in a heading."""
    hostile = (
        PAGE.replace("Acme Parcel", text).replace("string", f"string `{text}`")
        + f"- `x_{text}` ({text}): at most \x1b[31m9 characters, default `{text}`.\n"
    )
    monkeypatch.chdir(parcel(tmp_path))
    run("audit", "--documents", "pages", "--lock")
    (tmp_path / "pages/acme/send.md").write_text(hostile, "utf-8", newline="")
    for command in ("audit", "drift"):
        code, printed, _ = run(command, "--documents", "pages", "--format", form)
        assert code == 1
        assert printed.replace("\n", "").isprintable()
        if form == "github":
            assert all(
                line.startswith(("::error ", "::warning "))
                for line in printed.splitlines()
            )
        if form == "markdown":
            assert "<img" not in printed
            assert "@octo" not in printed
            assert " #1" not in printed


@pytest.mark.parametrize(
    "charset", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1", "shift_jis"]
)
def test_charsets(
    charset: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    """What is plain is found however the page is written."""
    page = (
        PAGE
        if charset == "shift_jis"
        else PAGE.replace("sent.", "gesendet für Städte.")
    )
    monkeypatch.chdir(parcel(tmp_path, page.encode(charset)))
    code, printed, _ = run("audit", "--documents", "pages")
    assert code == 0, printed
