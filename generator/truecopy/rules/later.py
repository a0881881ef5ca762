"""The manuals of what the Python target finds about names; `check` reports it too."""

from __future__ import annotations

from collections.abc import Mapping

NAMES: Mapping[str, str] = {
    "name-collision": """Two names that are spelt alike in code have keys that tell them apart.

Passes:

    request:
      properties:
        street-2: {type: string}
        second_street: {name: street_2, type: string}

Fails:

    request:
      properties:
        street-2: {type: string}
        street_2: {type: string}
""",
    "name-reserved": """Neither a schema nor a credential or variable takes a name that every generated package has.

Passes:

    responses: {404: {schema: NotFoundBody}}
    schemas: {NotFoundBody: {type: object}}

Fails:

    responses: {404: {schema: NotFound}}
    schemas: {NotFound: {properties: {message: {type: string}}}}
""",
    "name-unspellable": """A key has a letter or a digit that code can be named after.

Passes:

    request:
      properties:
        plus: {name: +, type: string}

Fails:

    request:
      properties:
        +: {type: string}
""",
    "schema-scope": """A schema that several documents use is written in api.yaml.

Passes:

    # specs/acme/api.yaml
    title: Acme
    servers: {live: {url: https://api.acme.example}}
    schemas: {Parcel: {properties: {id: {type: string}}}}

    # specs/acme/one.yaml
    document: {title: One}
    operations: {one: {method: GET, path: /one, responses: {200: {schema: Parcel}}}}

    # specs/acme/two.yaml
    document: {title: Two}
    operations: {two: {method: GET, path: /two, responses: {200: {schema: Parcel}}}}

Fails:

    # specs/acme/one.yaml
    document: {title: One}
    operations: {one: {method: GET, path: /one, responses: {200: {schema: Parcel}}}}
    schemas: {Parcel: {properties: {id: {type: string}}}}

    # specs/acme/two.yaml
    document: {title: Two}
    operations: {two: {method: GET, path: /two, responses: {200: {schema: Parcel}}}}
""",
}
