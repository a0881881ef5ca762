"""A fictional API of three documents, and changes of one of them: document, old text, new text."""

from __future__ import annotations

API = """\
title: Acme Shop
servers:
  live: {url: https://api.acme.example/v1}
security:
  key: {type: apiKey, in: header, name: X-Key}
  login: {type: oauth2, flow: clientCredentials, token_url: https://api.acme.example/token, scopes: {read: Reads.}}
security_requirements: [[key]]
failure: {when: {property: ok, equals: false}, message: problem.text}
schemas:
  Money: {properties: {amount: {type: integer, minimum: 0}, currency: {enum: [EUR, USD]}}}
  Address: {properties: {street: {type: string, maxLength: 40}, price: {type: Money}}}
  Problem: {properties: {code: {type: string}, text: {type: string}}}
  Spare: {enum: [a, b]}
evidence:
  title: {state: missing, lacks: [url], because: Nobody knows.}
"""

MAKE = """\
document: {title: Make an order, url: https://docs.acme.example/make, version: '3'}
operations:
  make_order:
    method: POST
    path: /orders
    summary: Makes an order.
    rules: [An order is paid within a day.]
    request:
      properties:
        name: {type: string, maxLength: 20, example: Ada}
        address: {type: Address}
        size: {enum: [small, large]}
    responses:
      200:
        properties: {ok: {type: boolean}, id: {type: string, required: true}, problem: {type: Problem}}
      400: {schema: Problem}
"""

FIND = """\
document: {title: Find an order, url: https://docs.acme.example/find}
operations:
  find_order:
    method: GET
    path: /orders/{order_id}
    security_requirements: [{login: [read]}]
    parameters:
      order_id: {in: path, required: true, type: string}
      expand: {in: query, type: boolean, default: false}
    responses:
      200:
        properties: {ok: {type: boolean}, part: {type: Part}, address: {type: Address}, problem: {type: Problem}}
schemas:
  Part: {properties: {price: {type: Money}, weight: {type: number, maximum: 30}}}
"""

SEND = """\
document: {title: Send a file}
operations:
  send_file:
    method: PUT
    path: /files/{number}
    deprecated: true
    parameters: {number: {in: path, required: true, type: integer}}
    request:
      media_type: multipart/form-data
      properties: {file: {type: string, format: binary}, note: {type: string}}
    responses:
      200: {properties: {ok: {type: boolean}, problem: {type: Problem}}}
      204: {description: Nothing changed.}
"""

SPECS = {"api": API, "make": MAKE, "find": FIND, "send": SEND}


def put(name: str, old: str, new: str) -> tuple[str, str, str]:
    return name, old, new


LITTLE = {
    "a limit": put("make", "maxLength: 20", "maxLength: 30"),
    "a member": put("make", "size: {", "colour: {type: string}\n        size: {"),
    "a parameter": put(
        "find", "      expand", "      depth: {in: query, type: integer}\n      expand"
    ),
    "a longer line": put("make", "example: Ada", f"example: {'Ada ' * 5}"),
    "a rule in the README": put("make", "within a day", "within a week"),
    "an open question": put(
        "make",
        "example: Ada}",
        "example: Ada, evidence: {maxLength: {state: inferred, because: The form has 20 boxes.}}}",
    ),
    "a version": put("make", "version: '3'", "version: '4'"),
    "a comment": put("send", "operations:", "operations: # all of them"),
    "a description": put("send", "Nothing changed", "Nothing has changed"),
    "a class": put(
        "make", "size: {", "box: {properties: {a: {type: string}}}\n        size: {"
    ),
    "no class": put("make", "size: {enum: [small, large]}", "size: {type: string}"),
    "a name": put("make", "make_order", "create_order"),
    "a path": put("find", "/orders/{order_id}", "/order/{order_id}"),
    "a method": put("make", "method: POST", "method: PUT"),
    "a schema of its own": put("find", "Part:", "Piece: {type: string}\n  Part:"),
    "a shared schema that others have": put(
        "send", "note: {type: string}", "note: {type: Money}"
    ),
    "an operation": put(
        "make",
        "operations:\n",
        "operations:\n  drop_file: {method: DELETE, path: '/files', responses: {204: {}}}\n",
    ),
    "a note": put("send", "note: {type: string}", "note: {type: string, format: odd}"),
}

MUCH = {
    "a name that the README shows": put("find", "find_order", "get_order"),
    "other scopes": put("find", "[{login: [read]}]", "[[key]]"),
    "a shared schema that nobody had": put("send", "note: {type: string}", "note: {type: Spare}"),
    "a shared schema that goes another way": put("make", "{type: Address}", "{type: Problem}"),
    "a shared schema less": put("find", "price: {type: Money}", "price: {type: number}"),
    "what is shared": put("api", "maxLength: 40", "maxLength: 50"),
    "no longer deprecated": put("send", "    deprecated: true\n", ""),
    "no upload": put("send", "multipart/form-data", "application/json"),
    "a shared schema as an upload": put("send", "properties: {file: {type: string, format: binary}, note: {type: string}}", "schema: Address"),
}  # fmt: skip


WRONG = {
    "another's schema": put("send", "note: {type: string}", "note: {type: Part}"),
    "another's name": put("send", "send_file", "find_order"),
    "another's path": put("send", "PUT\n    path: /files", "GET\n    path: /orders"),
    "a schema of another's name": put("send", "operations:", "schemas: {Part: {type: string}}\noperations:"),
    "a class of another's name": put("send", "operations:", "schemas: {MakeOrderRequest: {properties: {a: {type: string}}}}\noperations:"),
    "a class of the package's": put("send", "operations:", "schemas: {Headers: {properties: {a: {type: string}}}}\noperations:"),
    "a warning": put("send", "    deprecated: true\n", "    deprecated: true\n    sunset: '2001-02-30'\n"),
}  # fmt: skip
