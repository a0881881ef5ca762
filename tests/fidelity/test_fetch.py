"""Pages from a server: real sockets, and everything that a server may do to who asks."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from truecopy import network
from truecopy.cli import main
from truecopy.fidelity import lock
from truecopy.network import Fetched, UnfetchedError
from workspaces import workspace

from fidelity.server import Answer, Site, bomb, site
from fidelity.small import API, PAGE, SEND, without_places

TEXT = {"Content-Type": "text/plain; charset=utf-8"}
HTML = {"Content-Type": "text/html"}
LIMIT = 100_000

# Without a time, which would make other names of tests in each process.
PACKED = gzip.compress(PAGE.encode(), mtime=0)


@pytest.fixture
def acme() -> Iterator[Site]:
    with site({}) as found:
        yield found


def fetch(acme: Site, path: str = "/send", **known: str) -> Fetched | None:
    return network.fetch(acme.url + path, known, LIMIT)


def refused(acme: Site, path: str = "/send") -> str:
    with pytest.raises(UnfetchedError) as caught:
        fetch(acme, path)
    return str(caught.value).replace(acme.url, "URL")


def test_a_page_of_text(acme: Site) -> None:
    acme.answers["/send"] = Answer(PAGE.encode(), TEXT)
    found = fetch(acme)
    assert found == Fetched(PAGE.encode(), False, {"url": f"{acme.url}/send"})
    asked = acme.asked[0]
    assert asked["accept"] == "text/html, application/xhtml+xml, text/*"
    assert "if-none-match" not in asked
    assert "cookie" not in asked
    assert "authorization" not in asked


def test_a_page_of_html_with_what_tells_its_version(acme: Site) -> None:
    told = {"ETag": '"v1"', "Last-Modified": "Sat, 21 Nov 2026 10:00:00 GMT"}
    acme.answers["/send"] = Answer(b"<p>city", {**HTML, **told})
    found = fetch(acme)
    assert found is not None
    assert found.html
    assert found.told == {
        "url": f"{acme.url}/send",
        "etag": '"v1"',
        "last_modified": "Sat, 21 Nov 2026 10:00:00 GMT",
    }


def test_a_page_that_is_as_it_was(acme: Site) -> None:
    acme.answers["/send"] = Answer(PAGE.encode(), {**TEXT, "ETag": '"v1"'})
    known = {"etag": '"v1"', "last_modified": "Sat, 21 Nov 2026 10:00:00 GMT"}
    assert fetch(acme, url=f"{acme.url}/send", **known) is None
    assert acme.asked[0]["if-none-match"] == '"v1"'
    assert acme.asked[0]["if-modified-since"] == known["last_modified"]
    # What was told of another address says nothing of this one.
    assert fetch(acme, url=f"{acme.url}/other", **known) is not None
    # Nor does what no server can have told.
    assert fetch(acme, url=f"{acme.url}/send", etag='"v1"\r\nX: y') is not None


@pytest.mark.parametrize("value", ["", "x" * 257, '"\x7f"', '"\xe9"'])
def test_odd_versions_are_not_kept(acme: Site, value: str) -> None:
    acme.answers["/send"] = Answer(PAGE.encode(), {**TEXT, "ETag": value})
    found = fetch(acme)
    assert found is not None
    assert "etag" not in found.told


def test_not_modified_without_a_question(acme: Site) -> None:
    acme.answers["/send"] = Answer(status=304)
    assert refused(acme) == "can't be fetched: the server answers 304"


@pytest.mark.parametrize("status", [204, 206, 400, 401, 403, 404, 410, 429, 500, 503])
def test_other_statuses(acme: Site, status: int) -> None:
    acme.answers["/send"] = Answer(status=status)
    assert refused(acme) == f"can't be fetched: the server answers {status}"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(acme: Site, status: int) -> None:
    acme.answers["/send"] = Answer(status=status, headers={"Location": "/new/send"})
    acme.answers["/new/send"] = Answer(PAGE.encode(), TEXT)
    found = fetch(acme)
    assert found is not None
    assert found.data == PAGE.encode()
    assert found.told == {"url": f"{acme.url}/send"}


def test_a_loop_ends(acme: Site) -> None:
    acme.answers["/send"] = Answer(status=302, headers={"Location": "/send"})
    assert refused(acme) == "leads through more than 5 redirects"
    assert len(acme.asked) == 6


@pytest.mark.parametrize(
    ("location", "message"),
    [
        ("file:///etc/hostname", "has an address of file scheme, not http"),
        ("ftp://127.0.0.1/send", "has an address of ftp scheme, not http"),
    ],
)
def test_redirects_out_of_the_web(acme: Site, location: str, message: str) -> None:
    acme.answers["/send"] = Answer(status=302, headers={"Location": location})
    assert refused(acme) == message


def test_a_redirect_to_nowhere(acme: Site) -> None:
    acme.answers["/send"] = Answer(status=302, headers={"Location": "http://[::1/"})
    assert refused(acme).startswith("can't be fetched: ")
    acme.answers["/send"] = Answer(status=302)
    assert refused(acme) == "can't be fetched: the server answers 302"


@pytest.mark.parametrize("url", ["file:///etc/hostname", "acme", "//x", "ftp://x/y"])
def test_addresses_that_are_not_of_the_web(url: str) -> None:
    with pytest.raises(UnfetchedError, match="scheme, not http"):
        network.fetch(url, {}, LIMIT)


@pytest.mark.parametrize("url", ["http://a b/", "http://[", "https://\x00"])
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(UnfetchedError, match="can't be fetched"):
        network.fetch(url, {}, LIMIT)


def test_a_page_that_is_too_large(acme: Site) -> None:
    acme.answers["/send"] = Answer(b"a" * LIMIT, TEXT)
    assert fetch(acme) is not None
    acme.answers["/send"] = Answer(b"a" * (LIMIT + 1), TEXT)
    assert refused(acme) == "has more than 100,000 bytes"


def test_a_page_that_is_packed(acme: Site) -> None:
    packed = {**TEXT, "Content-Encoding": "gzip"}
    acme.answers["/send"] = Answer(PACKED, packed)
    found = fetch(acme)
    assert found is not None
    assert found.data == PAGE.encode()


def test_a_bomb(acme: Site) -> None:
    """Little comes, and little of it is unpacked; layers of it are not begun with."""
    packed = {**TEXT, "Content-Encoding": "gzip"}
    acme.answers["/send"] = Answer(bomb(20_000_000), packed)
    assert refused(acme) == "has more than 100,000 bytes"
    acme.answers["/send"] = Answer(
        bomb(1000), {**TEXT, "Content-Encoding": "gzip, gzip"}
    )
    assert refused(acme) == "is coded as gzip, gzip, which was not asked for"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (PAGE.encode(), "is not the gzip that it is said to be"),
        (PACKED[:-9], "is not one whole piece of gzip"),
        (PACKED + PACKED, "is not one whole piece of gzip"),
    ],
)
def test_broken_packing(acme: Site, body: bytes, message: str) -> None:
    acme.answers["/send"] = Answer(body, {**TEXT, "Content-Encoding": "gzip"})
    assert refused(acme) == message


def test_other_codings(acme: Site) -> None:
    acme.answers["/send"] = Answer(b"x", {**TEXT, "Content-Encoding": "br"})
    assert refused(acme) == "is coded as br, which was not asked for"


@pytest.mark.parametrize("kind", ["image/png", "application/pdf", "application/json"])
def test_what_is_no_page(acme: Site, kind: str) -> None:
    acme.answers["/send"] = Answer(b"\x00\x01", {"Content-Type": kind})
    assert refused(acme) == f"is neither HTML nor text but {kind}"


def test_a_page_of_no_said_type(acme: Site) -> None:
    acme.answers["/send"] = Answer(PAGE.encode())
    assert fetch(acme) is not None


@pytest.mark.parametrize(
    ("kind", "body", "data"),
    [
        ("text/plain; charset=iso-8859-1", b"Stra\xdfe", "Straße".encode()),
        ("text/plain; charset=shift_jis", "住所".encode("shift_jis"), "住所".encode()),
        # The text is right and what is said of it is not.
        ("text/plain; charset=iso-8859-1", "Straße".encode(), "Straße".encode()),
        ("text/plain; charset=utf-8", b"Stra\xdfe", b"Stra\xdfe"),
        ("text/plain; charset=klingon", b"Stra\xdfe", b"Stra\xdfe"),
        ("text/plain; charset=hex", b"Stra\xdfe", b"Stra\xdfe"),
    ],
)
def test_charsets(acme: Site, kind: str, body: bytes, data: bytes) -> None:
    acme.answers["/send"] = Answer(body, {"Content-Type": kind})
    found = fetch(acme)
    assert found is not None
    assert found.data == data


def test_a_body_that_breaks_off(acme: Site) -> None:
    acme.answers["/send"] = Answer(PAGE.encode(), TEXT, lacking=10)
    assert refused(acme).startswith("can't be fetched: ")


def test_a_server_that_drips(acme: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte comes in time, and all of them never do."""
    monkeypatch.setattr(network, "_SECONDS", 0.3)
    acme.answers["/send"] = Answer(b"a" * 1000, TEXT, pieces=1000, pause=0.05)
    assert refused(acme) == "did not come within 0.3 seconds"


def test_nobody_there() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(UnfetchedError, match="can't be fetched: "):
        network.fetch(f"http://127.0.0.1:{port}/", {}, LIMIT)


# The commands.


def specs(tmp_path: Path, acme: Site) -> Path:
    return workspace(tmp_path, {"api": API, "send": SEND.replace("URL", acme.url)})


def run(
    capsys: pytest.CaptureFixture[str], acme: Site, *arguments: str
) -> tuple[int, str]:
    code = main([*arguments])
    text = capsys.readouterr().out.replace(acme.url, "URL")
    return code, without_places(text)


def test_from_lock_to_drift(
    tmp_path: Path,
    acme: Site,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A page is accepted, is asked for again, changes, and is accepted again."""
    monkeypatch.chdir(specs(tmp_path, acme))
    monkeypatch.setenv("TRUECOPY_DOCUMENTS", str(tmp_path / "nowhere"))
    acme.answers["/send"] = Answer(PAGE.encode(), {**TEXT, "ETag": '"v1"'})
    assert run(capsys, acme, "audit", "--fetch", "--lock") == (
        0,
        "wrote specs/acme/send.lock\n",
    )
    path = tmp_path / "specs/acme/send.lock"
    assert lock.parsed(path.read_bytes()).fetched == {
        "url": f"{acme.url}/send",
        "etag": '"v1"',
    }
    before = path.read_bytes()
    unchanged = "acme/send: nothing changed in URL/send\n"
    assert run(capsys, acme, "drift", "--fetch") == (0, unchanged)
    assert acme.asked[-1]["if-none-match"] == '"v1"'

    changed = PAGE.replace("50", "40").encode()
    acme.answers["/send"] = Answer(changed, {**TEXT, "ETag": '"v2"'})
    code, text = run(capsys, acme, "drift", "--fetch")
    assert code == 1
    assert text.startswith("acme/send: 1 change in URL/send\n")
    assert "maxLength" in text
    assert "[send_parcel(city), SendParcelRequest.city]" in text
    assert path.read_bytes() == before, "drift writes nothing"
    code, text = run(capsys, acme, "drift", "--fetch", "--format", "markdown")
    assert code == 1
    assert "\n<URL/send>\n" in text

    assert run(capsys, acme, "audit", "--fetch", "--lock")[0] == 0
    assert run(capsys, acme, "drift", "--fetch") == (0, unchanged)
    # A lock of a saved page holds nothing of what a server told of another.
    (tmp_path / "pages/acme").mkdir(parents=True)
    (tmp_path / "pages/acme/send.md").write_bytes(changed)
    assert run(capsys, acme, "audit", "--documents", "pages", "--lock")[0] == 0
    assert lock.parsed(path.read_bytes()).fetched == {}
    assert run(capsys, acme, "drift", "--fetch") == (0, unchanged)
    assert "if-none-match" not in acme.asked[-1]


def test_html_that_only_its_server_calls_so(
    tmp_path: Path,
    acme: Site,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(specs(tmp_path, acme))
    script = "<script>var x = 'city: at most 9 characters'</script>"
    rows = "".join(f"<p>{line}</p>" for line in PAGE.splitlines())
    acme.answers["/send"] = Answer((script + rows).encode(), HTML)
    assert run(capsys, acme, "audit", "--fetch", "--lock")[0] == 0
    acme.answers["/send"] = Answer(rows.encode(), HTML)
    assert run(capsys, acme, "drift", "--fetch")[0] == 0


def test_a_document_without_an_address(
    tmp_path: Path,
    acme: Site,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Is a note among others, and an error where there are no others: then nothing was read."""
    spec = SEND.replace(', url: "URL/send"', "")
    shown = "    document: {title: Send a parcel}\n    ^\n"
    note = "note: the document has no url to fetch its page from [document-url]\n"
    nothing = "error: nothing was held against a page: no document has a url [document-none]\n"
    monkeypatch.chdir(workspace(tmp_path, {"api": API, "send": spec}))
    (tmp_path / "pages/acme").mkdir(parents=True)
    (tmp_path / "pages/acme/send.md").write_text(PAGE, "utf-8")
    assert run(capsys, acme, "audit", "--documents", "pages", "--lock")[0] == 0
    for command in (["audit"], ["audit", "--lock"], ["drift"]):
        assert run(capsys, acme, *command, "--fetch") == (
            1,
            f"send.yaml: {nothing}{shown}send.yaml: {note}{shown}1 error, 1 note\n",
        )

    other = SEND.replace("URL", acme.url).replace("send_parcel", "other")
    other = other.replace("/parcels", "/others")
    (tmp_path / "specs/acme/other.yaml").write_text(other, "utf-8")
    acme.answers["/send"] = Answer(PAGE.encode(), TEXT)
    for command in (["audit", "--lock"], ["drift"]):
        code, text = run(capsys, acme, *command, "--fetch")
        assert code == 0
        assert f"send.yaml: {note}" in text
        assert "error" not in text


def test_a_page_that_is_gone(
    tmp_path: Path,
    acme: Site,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(specs(tmp_path, acme))
    acme.answers["/send"] = Answer(PAGE.encode(), TEXT)
    assert run(capsys, acme, "audit", "--fetch", "--lock")[0] == 0
    del acme.answers["/send"]
    code, text = run(capsys, acme, "drift", "--fetch", "--format", "markdown")
    assert code == 1
    assert text == (
        "# Changes of documents\n"
        "\n## Not compared\n"
        "\n| where | severity | what |\n| --- | --- | --- |\n"
        "| send.yaml | error | the page can't be fetched: the server answers 404 |\n"
    )


def test_what_fetches_is_not_installed(
    tmp_path: Path,
    acme: Site,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(specs(tmp_path, acme))
    monkeypatch.setattr(network, "ready", lambda: False)
    assert main(["drift", "--fetch"]) == 2
    assert (
        capsys.readouterr().err
        == "truecopy: --fetch needs httpx2: pip install 'truecopy[fetch]'\n"
    )


def test_one_place_to_read_from(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["drift", "--fetch", "--documents", "pages"])
    assert caught.value.code == 2
    assert "not allowed with argument" in capsys.readouterr().err
