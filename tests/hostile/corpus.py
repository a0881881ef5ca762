"""Hostile inputs: each folder beside this file, and those that are built because they are large.

An input is either refused at its places, or becomes code that holds its texts and runs none of them.
In a folder a comment `# refused: rule` ends the line that an error has to point at, and `# noted` a
line that the error speaks of besides. A folder without api.yaml gets a plain one.
"""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from truecopy.source.reader import MAX_DIGITS

FOLDERS = Path(__file__).parent
API = "title: Acme\nservers: {live: {url: https://api.acme.example}}\n"
_MARK = re.compile(r"# (refused: (?P<rule>[\w-]+)|noted)$")

Data = Mapping[str, object]
Wrap = Callable[[Data], Data]


@dataclass(frozen=True, slots=True)
class Case:
    """One input: files of an API's folder, the errors that refuse it, the texts that it carries."""

    name: str
    files: Mapping[str, str]
    refused: frozenset[tuple[str, str, int]] = frozenset()
    noted: frozenset[tuple[str, int]] = frozenset()
    texts: tuple[str, ...] = ()


def cases() -> list[Case]:
    """Every input, by name."""
    built = [
        *_folders(),
        *_names(),
        *_texts(),
        *_large(),
        *_bounds(),
        *_apis(),
        *_documents(),
    ]
    return sorted(built, key=lambda case: case.name)


def _folders() -> Iterator[Case]:
    for folder in sorted(FOLDERS.iterdir()):
        files = {p.name: p.read_text("utf-8") for p in sorted(folder.glob("*.yaml"))}
        if files:
            yield marked(folder.name, files)


def marked(name: str, files: Mapping[str, str]) -> Case:
    """A case whose files say by comments what is refused."""
    refused: set[tuple[str, str, int]] = set()
    noted: set[tuple[str, int]] = set()
    for file, text in files.items():
        for number, line in enumerate(text.split("\n"), 1):
            match = _MARK.search(line)
            if match and match["rule"]:
                refused.add((file, match["rule"], number))
            elif match:
                noted.add((file, number))
    whole = files if "api.yaml" in files else {"api.yaml": API, **files}
    return Case(name, whole, frozenset(refused), frozenset(noted))


def data(name: str, spec: Data, *texts: str, api: Data | None = None) -> Case:
    """A case of JSON, which is YAML too."""
    files = {"api.yaml": API if api is None else _json(api), "send.yaml": _json(spec)}
    return Case(name, files, texts=texts)


def _json(spec: Data) -> str:
    return json.dumps(spec, ensure_ascii=False, indent=1) + "\n"


def operations(**named: Data) -> Data:
    """A spec with these operations."""
    return {"document": {"title": "Send"}, "operations": named}


def _send(properties: Data) -> Data:
    return operations(
        send={
            "method": "POST",
            "path": "/parcels",
            "request": {"properties": properties},
        }
    )


# --- Names in every place that code is named after --------------------------------------

_OWN = (
    "self options body cls rt UNSET msgspec Literal None str request response _m _api Any"
    " annotations error close from_env timeout import_module"
)
_UNICODE = (
    "straße İstanbul ΟΔΟΣ σίσυφος 城市 カタカナ ключ नमस्ते שלום e\u0301tage ﬂoor x² Ⅳ ŉame"
    " ΐ a\u0323\u0307 한국어 a·b a‿c \u0301zz nǅ"
)
NAMES: Mapping[str, Sequence[str]] = {
    "keywords": [*keyword.kwlist[::2], "match", "case"],
    "builtins": [
        "id",
        "type",
        "list",
        "dict",
        "set",
        "print",
        "filter",
        "range",
        "format",
        "hash",
        "next",
        "object",
    ],
    "dunders": [
        "__init__",
        "__dict__",
        "__slots__",
        "__name__",
        "__struct_fields__",
        "__doc__",
    ],
    "own": _OWN.split(),
    "letters": list("abilmoxz"),
    "digits": ["1", "2fast", "3d", "1.5", "-2", "9 lives", "0"],
    "unicode": _UNICODE.split(),
    "cased": [
        "HTTPServer",
        "lineOne",
        "IDs",
        "userID2",
        "XMLHttpRequest",
        "a1B2",
        "ABC",
        "iOS",
    ],
    "long": ["x" * 300, "Word " * 60, "y" * 88, "城" * 80, "a" * 41 + " " + "b" * 41],
}


def _names() -> Iterator[Case]:
    for kind, names in NAMES.items():
        yield data(f"names_{kind}", _named(names), *names, api=_named_api(names))


def _named(names: Sequence[str]) -> Data:
    text = {"type": "string"}
    members = dict.fromkeys(names, text)
    nested = {name: {"properties": {"id": text}} for name in names}
    return operations(
        **{
            name: {"method": "GET", "path": f"/operations/{i}"}
            for i, name in enumerate(names)
        },
        zz_properties={
            "method": "POST",
            "path": "/properties",
            "request": {"properties": members},
            "responses": {
                "200": {"properties": members},
                "404": {"properties": nested},
                "500": {
                    "properties": {
                        n: {"type": "string", "enum": ["one", n]} for n in names
                    }
                },
            },
        },
        zz_query={
            "method": "GET",
            "path": "/query",
            "parameters": {n: {"in": "query", **text} for n in names},
        },
        zz_needed={
            "method": "POST",
            "path": "/needed",
            "request": {
                "properties": {n: {"required": True, **v} for n, v in nested.items()}
            },
        },
    )


def _named_api(names: Sequence[str]) -> Data:
    taken = {"server", "timeout", "validate", "transport", "base_url"}
    schemes = {
        name: {"type": "http", "scheme": "bearer"}
        for name in names
        if name not in taken
    }
    return {
        "title": "Acme",
        "servers": {
            name: {"url": f"https://s{i}.acme.example"} for i, name in enumerate(names)
        },
        "security": schemes,
        "security_requirements": [[name] for name in schemes],
    }


# --- Texts in every place that holds text -----------------------------------------------

_RUN = "open('canary', 'w').close()"
TEXTS: Mapping[str, str] = {
    "call": f'"); {_RUN}; ("',
    "call_single": f"'); {_RUN}; ('",
    "triple": f'""" + {_RUN} + """',
    "triple_statement": f'"""\n{_RUN}\n"""',
    "triple_single": f"''' + {_RUN} + '''",
    "import": '"]\nimport antigravity\nx = ["',
    "field": "{__import__('os').system('touch canary')}",
    "jinja": "{{ 7 * 7 }} {% for x in y %} {# c #} {{ view.name }} {%- raw -%}",
    "jinja_comment": "{# {{ x }}",
    "braces": "{} {0} {x!r} {{}} }{",
    "escapes": "\\N{DASH} \\x41 \\u0041 \\101 \\n \\",
    "backslash": "\\",
    "backslashes": "\\\\\\",
    "backslash_quote": '\\"',
    "backslash_triple": '\\"""',
    "quote": '"',
    "quotes": '""',
    "triple_only": '"""',
    "four": '""""',
    "seven": 'a"""""""',
    "quote_start": '"quoted" start',
    "quote_end": 'ends "quoted"',
    "apostrophe": "it's",
    "apostrophes": "'''\"'",
    "percent": "%s %(x)d %n %% %",
    "lines": "one\ntwo\n\n\tthree\n    four",
    "tab": "\ta\tb\t",
    "newline": "\n",
    "spaces": "  leading and  trailing  ",
    "space": " ",
    "html": '<script>alert(1)</script><img src=x onerror="x()"> &lt; <!-- c --> <https://evil.example>',
    "markdown": "[x](https://evil.example) ![i](https://evil.example/i) | a | b | **b** _i_ ~~s~~ `c` $m$",
    "markdown_lines": "# h\n- l\n1. n\n===\n---\n```\n> q\n[a]: https://evil.example\n| t |\n|---|",
    "backticks": "`` ` ``` `a",
    "pipe": "a|b\\|c",
    "comments": "# type: ignore # noqa # fmt: off # pyright: basic # pragma: no cover",
    "type_ignore": "type: ignore",
    "directives": "x " * 41
    + "type: ignore\nfmt: off\nnoqa\nruff: noqa\npyright: basic\nisort: skip_file",
    "fmt_off": "fmt: off:",
    "coding": "-*- coding: utf-7 -*-",
    "shebang": "#!/bin/sh",
    "toml": "\"\"\"\n[tool.x]\ny = '''\n\\uD800",
    "doctest": ">>> open('canary', 'w')",
    "underline": "Args:\n    x: y\nRaises:\n    z",
    "brackets": "]})>,;:=",
    "urls": "https://evil.example/"
    + "a" * 300
    + " www.evil.example mailto:x@evil.example x@evil.example",
    "wide": "城市" * 60,
    "wide_words": "城 市 " * 60,
    "emoji": "👩‍🚀🚚 é̂̃".replace("\u200d", ""),
    "scripts": "שלום مرحبا नमस्ते 한국어 ǅ ﬀ",
    "odd_spaces": "a\u00a0b\u3000c\u2003d\u1680",
    "unassigned": "\u0378 \ue000 \U000f0000 \u034f \ufe0f \U0001d173 \u2800",
    "long_word": "x" * 400,
    "long_words": "word " * 190,
    "code_like": "str | None",
    "names_like": "UNSET",
    "dotted": "..",
    "path_up": "../../../etc/passwd",
    "null_like": "None",
    "semicolon": "a; b, c",
}


def _bounds() -> Iterator[Case]:
    """The longest number that can be said, at each bound that there is."""
    both = "minimum maximum exclusiveMinimum exclusiveMaximum"
    bounds = {
        "integer": f"{both} multipleOf",
        "number": f"{both} multipleOf",
        "string": "minLength maxLength",
        "array": "minItems maxItems",
        "object": "minProperties maxProperties",
    }
    properties: dict[str, Data] = {}
    for kind, names in bounds.items():
        for name in names.split():
            longest = 10**MAX_DIGITS - 1
            properties[f"{kind}_{name}"] = {"type": kind, name: longest}
            if name in both.split():
                properties[f"{kind}_{name}_below"] = {"type": kind, name: -longest}
    yield data("large_bounds", _send(properties))


def _texts() -> Iterator[Case]:
    for kind, text in TEXTS.items():
        api, spec = texted(text)
        yield data(f"text_{kind}", spec, text, api=api)


def texted(text: str) -> tuple[Data, Data]:
    """api.yaml and a spec with a text wherever one can stand."""
    # msgspec has no such names of members; the case wire_names shows how they are refused.
    on_wire = re.sub(r'["\\\x00-\x1f]', "'", text)
    enum = {"type": "string", "enum": [text, "x" + text], "description": text}
    wire = {
        "name": on_wire,
        "type": "string",
        "description": text,
        "default": text,
        "example": text,
    }
    why = f"The page says {text} twice."
    object_ = {"type": "object", "const": {text: [text, {text: text}]}}
    member = {
        "name": on_wire,
        "type": "string",
        "enum": ["one", "two", text],
        "required": True,
    }
    document = {
        "document": dict.fromkeys(
            ("title", "url", "version", "description", "language"), text
        ),
        "operations": {
            "send": {
                "method": "POST",
                "path": "/parcels/{id}",
                "summary": text,
                "description": text,
                "permissions": [text],
                "webhooks": [text],
                "rules": [text],
                "servers": [text],
                "idempotency": {"header": "Key", "description": text, "format": text},
                "failure": {"when": {"property": "result", "equals": text}},
                "parameters": {
                    "id": {
                        "in": "path",
                        "type": "string",
                        "required": True,
                        "description": text,
                    },
                    "q": {"in": "query", **wire},
                    "chosen": {"in": "query", **enum},
                    "deep": {
                        "in": "query",
                        "style": "deepObject",
                        "properties": {"inner": wire},
                    },
                },
                "request": {
                    "description": text,
                    "properties": {
                        "plain": wire,
                        "choice": enum,
                        "const": {"type": "string", "const": text, "required": True},
                        "object": object_,
                        "pattern": {
                            "type": "string",
                            "pattern": "^" + re.escape(text) + "$",
                        },
                        "format": {"type": "string", "format": text},
                        "either": {"type": "Either", "description": text},
                        "mixed": {"enum": [text, 1, None, [text]], "description": text},
                    },
                },
                "responses": {
                    "200": {
                        "description": text,
                        "properties": {
                            "result": {"type": "string"},
                            "plain": wire,
                            "choice": enum,
                            "either": {"type": "Either"},
                            "nested": {
                                "name": on_wire + "n",
                                "properties": {"a": wire},
                                "description": text,
                            },
                        },
                    },
                    "404": {"description": text, "properties": {"a": wire}},
                    "default": {"description": text, "type": "string", "enum": [text]},
                },
                "evidence": {
                    "path": {
                        "state": "conflicting",
                        "also": [text],
                        "because": why,
                        "source": text,
                    },
                    "responses.404": {
                        "state": "missing",
                        "because": why,
                        "source": text,
                        "lacks": [text],
                    },
                },
            }
        },
        "schemas": {
            "Either": {
                "description": text,
                "oneOf": [{"type": "One"}, {"type": "Two"}],
                "discriminator": {
                    "property": on_wire,
                    "mapping": {"one": "One", "two": "Two", text: "Two"},
                },
            },
            "One": {
                "description": text,
                "properties": {"kind": {**member, "enum": ["one"]}},
            },
            "Two": {
                "description": text,
                "properties": {"kind": {**member, "enum": ["two", text]}},
            },
            "Choice": enum,
            "Unused": enum,
        },
    }
    api = {
        **dict.fromkeys(("title", "url", "version", "description"), text),
        "servers": {
            text: {
                "url": "https://{zone}.acme.example",
                "description": text,
                "variables": {
                    "zone": {"description": text, "default": "a", "enum": ["a", "b"]}
                },
            }
        },
        "security": {
            "token": {"type": "http", "scheme": "bearer", "description": text},
            "key": {
                "type": "apiKey",
                "in": "query",
                "name": "k" + text,
                "description": text,
                "prefix": text,
            },
            "oauth": {
                "type": "oauth2",
                "flow": "clientCredentials",
                "token_url": "https://auth.acme.example/token",
                "scopes": {text: text},
            },
        },
        "security_requirements": [["token", "key"], {"oauth": [text]}],
        "webhooks": {"events": {text: {"properties": {"a": {"type": "string"}}}}},
        "evidence": {"title": {"state": "missing", "because": why, "lacks": [text]}},
    }
    return api, document


# --- Sizes ------------------------------------------------------------------------------


def _large() -> Iterator[Case]:
    megabyte = "word " * 200_000
    text = {"type": "string"}
    yield data("large_description", _send({"a": {"description": megabyte, **text}}))
    value = "a\"'\\{} " * 125_000
    yield data(
        "large_enum_value",
        _send({"a": {"type": "string", "enum": [value, "b"]}}),
        value,
    )
    yield data("large_properties", _send({f"property_{i}": text for i in range(5000)}))
    values = [f"value {i}" for i in range(2000)]
    yield data("large_enum", _send({"a": {"type": "string", "enum": values}}), *values)
    yield data(
        "large_operations",
        operations(
            **{
                f"send_{i}": {"method": "GET", "path": f"/parcels/{i}"}
                for i in range(300)
            }
        ),
    )
    yield data(
        "deep_objects",
        _send({"a": _deep(12, lambda inner: {"properties": {"a": inner}})}),
    )
    yield data(
        "deep_lists",
        _send({"a": _deep(40, lambda inner: {"type": "array", "items": inner})}),
    )
    yield data(
        "deep_maps",
        _send(
            {
                "a": _deep(
                    40, lambda inner: {"type": "object", "additionalProperties": inner}
                )
            }
        ),
    )
    deep = _json(
        _send({"a": _deep(70, lambda inner: {"type": "array", "items": inner})})
    )
    line = next(
        n
        for n, text in enumerate(deep.split("\n"), 1)
        if re.match(r' {65}"items', text)
    )
    yield Case(
        "deep_too_deep",
        {"api.yaml": API, "send.yaml": deep},
        frozenset({("send.yaml", "yaml-depth", line)}),
    )
    schemas = {
        f"S{i}": {"properties": {"next": {"type": f"S{(i + 1) % 200}"}}}
        for i in range(200)
    }
    chain = {
        "method": "POST",
        "path": "/parcels",
        "request": {"schema": "S0"},
        "responses": {"200": {"schema": "S7"}},
    }
    yield data("large_chain", {**operations(send=chain), "schemas": schemas})
    wide = {"oneOf": [{"type": "string", "pattern": f"^{i}$"} for i in range(100)]}
    yield data("large_union", _send({"a": wide}))
    long_key = _send({"key " * 300: text})
    yield Case(
        "large_key",
        {"api.yaml": API, "send.yaml": _json(long_key)},
        frozenset(
            {("send.yaml", "yaml-syntax", 11), ("send.yaml", "yaml-empty-value", 11)}
        ),
    )
    long = "^(?:" + "|".join(f"{i}" * 40 for i in range(9)) + ")$"
    yield data("large_pattern", _send({"a": {"pattern": long, **text}}), long)


def _deep(levels: int, wrap: Wrap) -> Data:
    inner: Data = {"type": "string"}
    for _ in range(levels):
        inner = wrap(inner)
    return inner


# --- Names of folders and files -----------------------------------------------------------

_PLAIN = '{"document": {"title": "Send"}, "operations": {"send_it": {"method": "POST", "path": "/parcels"}}}\n'


def _apis() -> Iterator[Case]:
    for name in (
        "x",
        "class",
        "msgspec",
        "httpx2",
        "typing",
        "async_",
        "a1_2b",
        "test",
        "site_packages",
    ):
        problem = (
            {("api.yaml", "api-name", 1)}
            if name == "async_"
            else set[tuple[str, str, int]]()
        )
        yield Case(name, {"api.yaml": API, "send.yaml": _PLAIN}, frozenset(problem))
    for name in ("response", "headers", "json", "not_found", "self", "literal"):
        files = {"api.yaml": API, "send.yaml": _PLAIN}
        yield Case(name, files, frozenset({("api.yaml", "name-reserved", 1)}))


def _documents() -> Iterator[Case]:
    def named(*stems: str) -> dict[str, str]:
        specs = {
            f"{s}.yaml": _PLAIN.replace("send_it", f"op_{i}").replace("/p", f"/{i}/p")
            for i, s in enumerate(stems)
        }
        return {"api.yaml": API, **specs}

    fine = (
        "json",
        "typing",
        "msgspec",
        "httpx2",
        "test_x",
        "re",
        "os",
        "builtins",
        "rt",
        "cast",
        "m",
    )
    yield Case("documents_fine", named(*fine))
    for stem in ("class", "client", "testing", "annotations", "none", "init"):
        refused = stem not in ("none", "init")
        where = (
            {(f"{stem}.yaml", "name-reserved", 1)}
            if refused
            else set[tuple[str, str, int]]()
        )
        yield Case(f"document_{stem}", named(stem), frozenset(where))
    for kind, stem in (
        ("runtime", "_runtime"),
        ("dunder", "__init__"),
        ("dots", "..x"),
        ("case", "Send"),
    ):
        yield Case(
            f"document_{kind}",
            named(stem),
            frozenset({(f"{stem}.yaml", "document-name", 1)}),
        )
