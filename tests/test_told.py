"""What a person writes in a spec for people reaches those who read the client."""

from __future__ import annotations

import re

from truecopy import pipeline
from truecopy.files.workspace import ApiFolder, SpecFile, read_templates

API = """\
title: Acme!
description: t01.
url: https://t02.example/
version: t03
servers:
  live: {url: https://api.acme.example, description: t04.}
  box: {url: "https://{shop}.acme.example", variables: {shop: {description: t05., example: a}}}
security:
  token: {type: http, scheme: bearer, description: t06.}
  login: {type: oauth2, flow: clientCredentials, token_url: https://acme.example/token, description: t07.}
security_requirements: [[token], [login]]
parameters: {X-Shared: {in: header, type: string, description: t08.}}
responses: {404: {description: t09., schema: Problem}}
schemas: {Problem: {description: t10., properties: {a: {type: Short, description: t11.}}}, Short: {type: string, maxLength: 912, example: t12, description: t13.}}
"""
SEND = """\
document: {title: t20, version: t21, description: t22.}
operations:
  send:
    method: POST
    path: /it
    summary: t23.
    description: t24.
    idempotency: {header: X-Key, description: t25.}
    rules: [t26.]
    permissions: [t27]
    parameters: {a: {in: query, type: array, items: {type: string, description: t28., maxLength: 928}, description: t29.}}
    request:
      description: t30.
      properties:
        b: {type: object, description: t31., properties: {c: {type: string, description: t32.}}}
        d: {type: array, items: {enum: [x, y], description: t33.}, description: t34.}
        e: {oneOf: [{type: integer, description: t35., maximum: 935}, {type: string, description: t36.}], description: t37.}
    responses:
      200: {description: t40., headers: {X-A: {type: string, description: t41.}}, properties: {f: {enum: [x, y], description: t42.}}}
      202: {description: t43., content: {}}
      203: {description: t44., type: object, additionalProperties: {type: string, description: t45., maxLength: 945}}
      422: {description: t46., type: object, properties: {g: {type: string, description: t47.}}}
  put_list:
    method: PUT
    path: /list
    request: {description: t50., type: array, items: {type: string, description: t51., minLength: 951}}
    responses: {200: {description: t52., type: array, items: {type: string, description: t53., minLength: 953}}}
  put_named:
    method: PUT
    path: /named
    request: {description: t60., schema: Named}
    responses: {200: {description: t61., schema: Named}, default: {description: t62.}}
schemas: {Named: {description: t63., properties: {h: {type: string, description: t64.}}}}
"""


def test_descriptions_reach_the_client() -> None:
    """Every description, and the limits that answers are not held against, in a docstring or in the README."""
    api = SpecFile("specs/acme/api.yaml", "api", API.encode())
    send = SpecFile("specs/acme/send.yaml", "send", SEND.encode())
    checked = pipeline.check(ApiFolder("acme", api, (send,)))
    assert checked.api is not None, checked.findings
    files = pipeline.generate(checked.api, read_templates(None)).files
    assert files["README.md"].startswith(b"# Acme\\!\n")
    told = b"".join(data for path, data in files.items() if "tests/" not in path)
    marks = set(re.findall(r"\b(?:t|9)\d\d\b", API + SEND))
    assert sorted(mark for mark in marks if mark.encode() not in told) == []
