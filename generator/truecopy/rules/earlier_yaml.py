"""The manual of what the YAML reader finds."""

from __future__ import annotations

from collections.abc import Mapping

YAML: Mapping[str, str] = {
    "yaml-syntax": """A spec is YAML.

Passes:

    summary: Sends a parcel.

Fails:

    summary: "Sends a parcel.
""",
    "yaml-encoding": """A spec is UTF-8.

Passes:

    summary: Sends a parcel to Tromsø.

Fails:

    (a file in another encoding, such as Latin-1)
""",
    "yaml-size": """A spec has at most 8 MiB and 800,000 keys and values.

Passes:

    summary: Sends a parcel.

Fails:

    (a larger file)
""",
    "yaml-depth": """A spec is at most 64 levels deep; a named schema ends a deep one.

Passes:

    request: {examples: [[[[1]]]]}

Fails:

    request: {examples: %s}
"""
    % ("[" * 64 + "]" * 64),
    "yaml-empty": """A spec says something.

Passes:

    # specs/acme/send.yaml
    document: {title: Send}
    operations: {send: {method: POST, path: /parcels}}

Fails:

    # specs/acme/send.yaml
    # to do
""",
    "yaml-mapping": """A spec is a mapping of keys to values.

Passes:

    # specs/acme/send.yaml
    document: {title: Send}
    operations: {send: {method: POST, path: /parcels}}

Fails:

    # specs/acme/send.yaml
    - document: {title: Send}
""",
    "yaml-document": """A file holds one YAML document.

Passes:

    # specs/acme/send.yaml
    document: {title: Send}
    operations: {send: {method: POST, path: /parcels}}

Fails:

    # specs/acme/send.yaml
    document: {title: Send}
    ---
    operations: {send: {method: POST, path: /parcels}}
""",
    "yaml-directive": """A spec has no YAML directives: they change what the rest means.

Passes:

    # specs/acme/send.yaml
    document: {title: Send}
    operations: {send: {method: POST, path: /parcels}}

Fails:

    # specs/acme/send.yaml
    %YAML 1.1
    ---
    document: {title: Send}
    operations: {send: {method: POST, path: /parcels}}
""",
    "yaml-anchor": """Nothing is written once and meant twice: no anchors, no aliases.

Passes:

    parameters:
      page: {in: query, type: integer}
      size: {in: query, type: integer}

Fails:

    parameters:
      page: &number {in: query, type: integer}
      size: {in: query, type: integer}
""",
    "yaml-merge": """Keys are written out: there is no merge key.

Passes:

    parameters:
      page: {in: query, type: integer}

Fails:

    parameters:
      page: {"in": query, <<: {type: integer}}
""",
    "yaml-tag": """Values have JSON's types: there are no tags.

Passes:

    summary: "12"

Fails:

    summary: !!str 12
""",
    "yaml-key": """A key is text, and is written.

Passes:

    responses: {200: {description: Sent.}}

Fails:

    responses: {? [200, 201] : {description: Sent.}}
""",
    "yaml-duplicate-key": """A key stands once in a mapping.

Passes:

    summary: Sends a parcel.

Fails:

    summary: Sends a parcel.
    summary: Sends a letter.
""",
    "yaml-empty-value": """A value is written; null and '' say which nothing is meant.

Passes:

    request: {properties: {city: {type: [string, null], example: null}}}

Fails:

    request: {properties: {city: {type: [string, null], example: }}}
""",
    "yaml-ambiguous": """What YAML 1.1, YAML 1.2 and JSON read differently is quoted.

Passes:

    request: {properties: {postcode: {type: string, example: "0150"}}}

Fails:

    request: {properties: {postcode: {type: string, example: 0150}}}
""",
    "yaml-number": """A number has at most 300 digits, and a fraction is one that double precision keeps exactly.

Passes:

    request: {properties: {price: {type: number, example: 0.1}}}

Fails:

    request: {properties: {price: {type: number, example: 0.12345678901234567890}}}
""",
    "yaml-character": """No character hides: none is a control, of zero width or bidirectional.

Passes:

    summary: "Sends a parcel."

Fails:

    summary: "Sends a\\u202e parcel."
""",
    "yaml-tab": """Spaces indent, not tabs.

Passes:

    parameters:
      page: {in: query, type: integer}

Fails:

    parameters:
    \tpage: {in: query, type: integer}
""",
}
