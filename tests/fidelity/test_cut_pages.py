"""A page that was cut, or that is another one, is told in one finding."""

from __future__ import annotations

from pathlib import Path

import pytest
from truecopy import fidelity

from fidelity.small import sound

HERE = Path(__file__).parent
VENDORS = sorted(path.name for path in (HERE / "specs").iterdir())
LOGIN = """\
<!doctype html><html><head><title>Sign in</title></head><body><h1>Sign in to continue</h1>
<form><label>Mail <input name="email"></label><label>Password <input name="password"></label>
<button>Log in</button></form><p>Forgot your password? Ask us.</p></body></html>
"""
GONE = "404 Not Found\n\nThere is no such page.\n"


@pytest.mark.parametrize("vendor", VENDORS)
def test_one_finding(vendor: str) -> None:
    """The first half, the last half, four fifths, nothing, a page to sign in, and that of a 404."""
    api = sound(HERE, vendor)
    document = api.documents[0]
    (page,) = (HERE / "documents" / vendor).glob(f"{document.name}.*")
    whole = page.read_bytes()
    html = page.suffix == ".html"
    audited = fidelity.audit(api, document, page.name, whole, None, html)
    lock = fidelity.parsed(fidelity.locked(audited, {}))

    def kinds(data: bytes) -> list[str]:
        found = fidelity.drift(api, document, page.name, data, lock, {}, html)
        return [change.kind for change in found.drift]

    text = whole.decode()
    middle = len(text) // 2
    assert kinds(whole) == []
    assert kinds(text[:middle].encode()) == ["truncated"]
    assert kinds(text[middle:].encode()) == ["truncated"]
    assert kinds(text[: len(text) * 4 // 5].encode()) == ["truncated"]
    assert kinds(LOGIN.encode()) == ["different"]
    assert kinds(GONE.encode()) == ["different"]
