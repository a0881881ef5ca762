"""The manual of what the stages before the rules find: files, YAML, JSON Schema, building.

The form is that of a rule's docstring. What an example can't show is said in parentheses.
"""

from __future__ import annotations

from collections.abc import Mapping

FILES: Mapping[str, str] = {
    "file-missing": """The folder of an API holds api.yaml, which says what all documents share.

Passes:

    # specs/acme/api.yaml
    title: Acme
    servers: {live: {url: https://api.acme.example}}

Fails:

    (a folder below specs/ without api.yaml)
""",
    "document-missing": """The folder of an API holds a spec for each document beside api.yaml.

Passes:

    # specs/acme/send.yaml
    document: {title: Send}
    operations: {send: {method: POST, path: /parcels}}

Fails:

    (a folder with api.yaml alone)
""",
    "file-name": """A folder of specs holds files that end in .yaml, and locks.

Passes:

    # specs/acme/send.yaml
    document: {title: Send}
    operations: {send: {method: POST, path: /parcels}}

Fails:

    # specs/acme/send.yaml
    document: {title: Send}
    operations: {send: {method: POST, path: /parcels}}
    # specs/acme/send.json
    {"document": {"title": "Send"}}
""",
    "file-unreadable": """A spec is a file that can be read.

Passes:

    # specs/acme/send.yaml
    document: {title: Send}
    operations: {send: {method: POST, path: /parcels}}

Fails:

    (a folder that is called send.yaml)
""",
}

SCHEMA: Mapping[str, str] = {
    "schema-additionalProperties": """A mapping holds the keys that the language has for it.

Passes:

    summary: Sends a parcel.

Fails:

    sumary: Sends a parcel.
""",
    "schema-required": """A mapping holds the keys without which it says nothing.

Passes:

    parameters: {page: {in: query, type: integer}}

Fails:

    parameters: {page: {type: integer}}
""",
    "schema-type": """A value has the type that its key wants: text, a number, a list, a mapping.

Passes:

    deprecated: true

Fails:

    deprecated: "yes"
""",
    "schema-enum": """Where only some words are known, the value is one of them.

Passes:

    method: PATCH

Fails:

    method: PATHC
""",
    "schema-pattern": """A name, a path or a date is written in the form that its key wants.

Passes:

    request: {schema: Parcel}
    schemas: {Parcel: {type: object}}

Fails:

    request: {type: sting}
""",
    "schema-minLength": """A text is not empty.

Passes:

    summary: Sends a parcel.

Fails:

    summary: ""
""",
    "schema-minItems": """A list is not empty: leave the key out instead.

Passes:

    rules: [Parcels are sent on weekdays.]

Fails:

    rules: []
""",
    "schema-minProperties": """A mapping is not empty: leave the key out instead.

Passes:

    rate_limit: {limit: X-Limit}

Fails:

    rate_limit: {}
""",
    "schema-minimum": """A number is not less than its key allows.

Passes:

    request: {properties: {city: {type: string, minLength: 0}}}

Fails:

    request: {properties: {city: {type: string, minLength: -1}}}
""",
    "schema-exclusiveMinimum": """A number is more than its key excludes.

Passes:

    request: {properties: {weight: {type: number, multipleOf: 0.5}}}

Fails:

    request: {properties: {weight: {type: number, multipleOf: 0}}}
""",
    "schema-maximum": """A number is not more than its key allows.

Passes:

    responses: {200: {properties: {id: {type: string}}}}
    examples: [{response: {status: 200}}]

Fails:

    responses: {200: {properties: {id: {type: string}}}}
    examples: [{response: {status: 600}}]
""",
    "schema-uniqueItems": """A list of names holds each once.

Passes:

    permissions: [parcels.read, parcels.write]

Fails:

    permissions: [parcels.read, parcels.read]
""",
    "schema-invalid": """A file satisfies its JSON Schema; said where no better words are known.

Passes:

    summary: Sends a parcel.

Fails:

    (nothing is known to lead here; it is a bug to report)
""",
}

BUILD: Mapping[str, str] = {
    "keyword-type": """A keyword belongs to the type beside it: lengths to text, ranges to numbers.

Passes:

    request: {properties: {city: {type: string, maxLength: 50}}}

Fails:

    request: {properties: {city: {type: string, maximum: 50}}}
""",
    "content": """A body is described in one place: beside media_type, or below content.

Passes:

    request: {content: {application/json: {type: object}}}

Fails:

    request: {type: object, content: {application/json: {type: object}}}
""",
    "request-body": """An operation without a request body has no `request`.

Passes:

    request: {type: object}

Fails:

    request: {content: {}}
""",
    "security-requirements": """Of several security schemes, it is said which are needed.

Passes:

    # specs/acme/api.yaml
    title: Acme
    servers: {live: {url: https://api.acme.example}}
    security:
      key: {type: apiKey, in: header, name: X-Key}
      token: {type: http, scheme: bearer}
    security_requirements: [[key], [token]]

Fails:

    # specs/acme/api.yaml
    title: Acme
    servers: {live: {url: https://api.acme.example}}
    security:
      key: {type: apiKey, in: header, name: X-Key}
      token: {type: http, scheme: bearer}
""",
    "evidence-target": """Evidence speaks of keys that stand beside it, or below them.

Passes:

    evidence: {method: {state: inferred, because: Only the sample shows it.}}

Fails:

    evidence: {methd: {state: inferred, because: Only the sample shows it.}}
""",
}
