"""A spec of one operation and its page, and ways to run truecopy on them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from truecopy import fidelity, pipeline
from truecopy.files import workspace as files
from truecopy.ir import Api
from workspaces import workspace

API = """\
title: Acme Parcel
servers:
  live: {url: https://api.acme.example/v1}
"""
SEND = """\
document: {title: Send a parcel, url: "URL/send"}
operations:
  send_parcel:
    method: POST
    path: /parcels
    request:
      properties:
        city: {type: string, maxLength: 50}
    responses:
      204: {}
"""
PAGE = """\
# Acme Parcel: Send a parcel

POST https://api.acme.example/v1/parcels

## Body

- `city` (string): at most 50 characters.

## Responses

- 204: sent.
"""

Run = Callable[..., tuple[int, str, str]]


def parcel(root: Path, page: str | bytes | None = PAGE) -> Path:
    """A workspace with that spec, and its page in `pages`."""
    workspace(root, {"api": API, "send": SEND.replace("URL", "https://acme.example")})
    folder = root / "pages" / "acme"
    folder.mkdir(parents=True)
    if page is not None:
        data = page.encode() if isinstance(page, str) else page
        (folder / "send.md").write_bytes(data)
    return root


def sound(root: Path, name: str) -> Api:
    """An API of a workspace."""
    folder = files.read_api(root, name)
    found = pipeline.check(folder).api
    assert found is not None
    return found


def verdicts(api: Api, file: str, data: bytes) -> list[tuple[str, str, str]]:
    """What an audit says of each fact."""
    (document,) = api.documents
    done = fidelity.audit(api, document, file, data, None)
    return [(".".join(f.pointer), f.kind, f.verdict) for f in done.audit.facts]


def without_places(text: str) -> str:
    """A report without the lines and columns of the spec."""
    return re.sub(r"specs/acme/(\w+)\.(yaml|lock):\d+(:\d+)?", r"\1.\2", text)
