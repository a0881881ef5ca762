"""Values as they go over the wire (RFC 6570, RFC 8259): a second opinion, which the tests hold the client against."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from urllib.parse import quote

from truecopy.ir import Parameter
from truecopy.source import Json

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_EXPONENT = re.compile(r'"(?:[^"\\]|\\.)*"|(-?)(\d)\.?(\d*)e([-+]\d+)')
_DOTS = re.compile(r"(?:\.|%2e){0,2}", re.IGNORECASE)
_HEADER = re.compile(r"(?![ \t])[\t\x20-\x7e\x80-\xff]*(?<![ \t])")
_VISIBLE = {"spaceDelimited": " ", "pipeDelimited": "|"}
_MARK = b"\xff"  # where a boundary goes; no text in UTF-8 holds it
_FIRST = {"label": ".", "matrix": ";"}


def json_bytes(data: Json) -> bytes:
    """JSON as the client writes it: no white space, UTF-8."""
    text = _JSON.encode(data)
    if "e-" in text or "e+" in text:
        text = _EXPONENT.sub(_number, text)
    return text.encode()


def _number(match: re.Match[str]) -> str:
    """A number with an exponent: without a sign and zeros before it, and none where zeros are few."""
    sign, first, rest, exponent = match.groups()
    if exponent is None:
        return match[0]
    power = int(exponent)
    if power == -5:
        return f"{sign}0.0000{first}{rest}"
    return f"{sign}{first}{'.' if rest else ''}{rest}e{power}"


def form_bytes(members: Iterable[tuple[str, Json]]) -> bytes:
    """A body of application/x-www-form-urlencoded."""
    pairs = [(name, item) for name, value in members for item in _items(value)]
    return "&".join(f"{encoded(n)}={encoded(_text(v))}" for n, v in pairs).encode()


def _items(value: Json) -> Sequence[Json]:
    """Each item of an array by itself, unless one of them has to be JSON."""
    if isinstance(value, list) and all(scalar(item) is not None for item in value):
        return value
    return [value]


def _text(value: Json) -> str:
    text = scalar(value)
    return json_bytes(value).decode() if text is None else text


def multipart_bytes(
    members: Iterable[tuple[str, Json, bool]], types: Mapping[str, str]
) -> bytes:
    """A body of multipart/form-data (RFC 7578); what is marked is a file. `types` are media types of parts."""
    parts = [
        (name, item, file) for name, value, file in members for item in _items(value)
    ]
    written_ = b""
    for name, item, file in parts:
        content = _text(item).encode()
        lines = [f'Content-Disposition: form-data; name="{_escaped(name)}"']
        if file:
            lines[0] += f'; filename="{_escaped(name)}"'
            lines.append(f"Content-Type: {types.get(name, 'application/octet-stream')}")
        elif name in types:
            lines.append(f"Content-Type: {types[name]}")
        elif scalar(item) is None:
            lines.append("Content-Type: application/json")
        elif not content.isascii():
            lines.append("Content-Type: text/plain; charset=utf-8")
        head = "\r\n".join([*lines, "", ""]).encode()
        written_ += _MARK + head + content + b"\r\n"
    mark = sha256(written_.replace(_MARK, b"")).hexdigest()[:32].encode()
    between = b"--" + mark
    return written_.replace(_MARK, between + b"\r\n") + between + b"--\r\n"


def _escaped(name: str) -> str:
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def content_type(media_type: str, body: bytes) -> str:
    """What the header says of a body."""
    kind, _, rest = media_type.lower().partition(";")
    if kind.strip() == "multipart/form-data":
        mark = body.rstrip(b"-\r\n").rpartition(b"--")[2].decode()
        return f"{media_type}; boundary={mark}"
    if kind.strip().startswith("text/") and "charset=" not in rest:
        return f"{media_type}; charset=utf-8"
    return media_type


@functools.lru_cache(maxsize=4096)
def encoded(text: str) -> str:
    """Percent-encoded: only unreserved characters stay."""
    return quote(text, safe="-._~")


def scalar(value: Json) -> str | None:
    """A scalar as text; None for what is no scalar."""
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, int, float)):
        return json_bytes(value).decode()
    return None


def written(parameter: Parameter, value: Json) -> str | None:
    """A parameter in its place: empty when it is left out, None when no request can carry it."""
    required = parameter.required is True or parameter.location == "path"
    if value is None or value in ([], {}):
        return None if required else ""
    pieces = _pieces(parameter, value)
    if pieces is None:
        return None
    if parameter.location == "path":
        first = _FIRST.get(parameter.style, "")
        return first + (first or ",").join(pieces)
    if parameter.location == "header":
        text = ",".join(pieces)
        return text if _HEADER.fullmatch(text) else None
    return ("; " if parameter.location == "cookie" else "&").join(pieces)


def _pieces(parameter: Parameter, value: Json) -> list[str] | None:
    entries: Sequence[tuple[str | None, Json]]
    if isinstance(value, dict):
        entries = list(value.items())
    else:
        entries = [(None, v) for v in (value if isinstance(value, list) else [value])]
    pairs: list[tuple[str | None, str]] = []
    for name, item in entries:
        text = scalar(item)
        if text is None:
            return None
        pairs.append((name, text))
    texts = [text for pair in pairs for text in pair if text is not None]
    if parameter.location == "path" and any(map(_DOTS.fullmatch, texts)):
        return None
    whole = not isinstance(value, (dict, list))
    mark = _mark(parameter)
    if mark and not whole and any(mark in text for text in texts):
        return None
    return _expanded(parameter, pairs, texts, whole)


def _expanded(
    parameter: Parameter,
    pairs: Sequence[tuple[str | None, str]],
    texts: Sequence[str],
    whole: bool,
) -> list[str] | None:
    encode = str if parameter.location == "header" else encoded
    name = encoded(parameter.name)
    key = "" if parameter.style in ("simple", "label") else f"{name}="
    if parameter.style == "deepObject":
        if any(inner is None for inner, _ in pairs):
            return None
        return [f"{name}%5B{encoded(n or '')}%5D={encoded(text)}" for n, text in pairs]
    if not whole and not parameter.explode:
        delimiter = _VISIBLE.get(parameter.style)
        between = encoded(delimiter) if delimiter else ","
        return [key + between.join(map(encode, texts))]
    return [
        key + encode(text) if inner is None else f"{encode(inner)}={encode(text)}"
        for inner, text in pairs
    ]


def _mark(parameter: Parameter) -> str:
    """What stands between items where no encoding could hide it; empty where one does."""
    if parameter.location == "header":
        return ","
    if parameter.explode:
        return "." if parameter.style == "label" else ""
    return _VISIBLE.get(parameter.style, "")
