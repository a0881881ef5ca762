"""Names that have to be legal, and those that have to be unique."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from truecopy.diagnostics import Diagnostic, Note, Place, error, shown
from truecopy.ir import (
    Api,
    NamedSchema,
    ObjectSchema,
    Operation,
    Parameter,
    Property,
    parameter_slot,
)
from truecopy.rules.view import (
    View,
    Written,
    key,
    parameter_place,
    said,
    schema_place,
    wire,
)

_WORD = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_LOWER = "use lowercase words of a-z, 0-9 and _"


def api_name(view: View) -> Iterator[Diagnostic]:
    """The folder of an API is named with lowercase letters, digits and underscores.

    Passes:

        # specs/acme_parcel/api.yaml
        title: Acme Parcel
        servers: {live: {url: https://api.acme.example}}

    Fails:

        # specs/Acme-Parcel/api.yaml
        title: Acme Parcel
        servers: {live: {url: https://api.acme.example}}
    """
    if not _WORD.fullmatch(view.api.name):
        better = _better(view.api.name)
        advice = f"name it {shown(better)}" if better else _LOWER
        message = f"the folder {shown(view.api.name)} becomes a package; {advice}"
        yield error(Place(view.api.origin.place.file, 1, 1), "api-name", message)


def document_name(view: View) -> Iterator[Diagnostic]:
    """A spec's file is named with lowercase letters, digits and underscores, and ends in .yaml.

    Passes:

        # specs/acme/update_recipient.yaml
        document: {title: Update recipient}
        operations: {update_recipient: {method: PATCH, path: /recipient}}

    Fails:

        # specs/acme/Update-Recipient.yaml
        document: {title: Update recipient}
        operations: {update_recipient: {method: PATCH, path: /recipient}}
    """
    files = [view.api.origin.place.file]
    files += [document.origin.place.file for document in view.api.documents]
    for file in files:
        name = file.rpartition("/")[2]
        stem, _, ending = name.rpartition(".")
        if not _WORD.fullmatch(stem) or ending != "yaml":
            better = _better(stem)
            advice = f"name it {shown(better + '.yaml')}" if better else _LOWER
            message = f"the file {shown(name)} becomes a module; {advice}"
            yield error(Place(file, 1, 1), "document-name", message)


def _better(name: str) -> str:
    """A name that is like another and legal, or nothing."""
    letters = unicodedata.normalize("NFKD", name)
    plain = "".join(c for c in letters if not unicodedata.combining(c))
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+|[^\x00-\x7f]", plain)
    better = "_".join(word.lower() for word in words).lstrip("0123456789_")
    return better if _WORD.fullmatch(better) else ""


def operation_duplicate(view: View) -> Iterator[Diagnostic]:
    """An operation's name is unique in its API, across documents.

    Passes:

        # specs/acme/one.yaml
        document: {title: One}
        operations: {send: {method: POST, path: /parcels}}
        # specs/acme/two.yaml
        document: {title: Two}
        operations: {read: {method: GET, path: /parcels}}

    Fails:

        # specs/acme/one.yaml
        document: {title: One}
        operations: {send: {method: POST, path: /parcels}}
        # specs/acme/two.yaml
        document: {title: Two}
        operations: {send: {method: POST, path: /letters}}
    """
    first: dict[str, Written] = {}
    for written in view.operations:
        name = written.operation.name
        other = first.setdefault(name, written)
        if other is not written:
            message = f"another operation of this API is called {shown(name)} too"
            second = Note(other.place, "first used here")
            yield error(written.place, "operation-duplicate", message, second)


def schema_name_duplicate(view: View) -> Iterator[Diagnostic]:
    """A schema's name is unique in its API: across documents and api.yaml.

    Passes:

        request: {schema: Position}
        responses: {200: {schema: Place}}
        schemas:
          Position: {type: object}
          Place: {type: object}

    Fails:

        # specs/acme/one.yaml
        document: {title: One}
        operations: {send: {method: POST, path: /parcels, request: {schema: Position}}}
        schemas: {Position: {type: object}}
        # specs/acme/two.yaml
        document: {title: Two}
        operations: {read: {method: GET, path: /parcels}}
        schemas: {Position: {type: object}}
    """
    first: dict[str, NamedSchema] = {}
    for schema in view.schemas:
        other = first.setdefault(schema.name, schema)
        if other is not schema:
            message = (
                f"another schema of this API is called {shown(schema.name)} too; "
                "put it into api.yaml once, or rename one"
            )
            second = Note(schema_place(view.api, other), "first used here")
            place = schema_place(view.api, schema)
            yield error(place, "schema-name-duplicate", message, second)


def property_duplicate(view: View) -> Iterator[Diagnostic]:
    """Two properties of one object have two names on the wire.

    Passes:

        request:
          properties:
            id: {type: string}
            capital_id: {name: ID, type: string}

    Fails:

        request:
          properties:
            id: {type: string}
            other_id: {name: id, type: string}
    """
    for node in view.of(ObjectSchema):
        first: dict[str, Property] = {}
        for prop in node.properties:
            other = first.setdefault(prop.name, prop)
            if other is not prop:
                message = f"another property of this object is {shown(prop.name)} on the wire too"
                second = Note(_named(node, other), "first used here")
                yield error(wire(prop), "property-duplicate", message, second)


def _named(node: ObjectSchema, prop: Property) -> Place:
    """Where the wire name of a property of an object is written."""
    return (
        said(prop.origin, "name")
        if prop.key != prop.name
        else node.origin.key("properties", prop.key)
    )


def _parameter_name(api: Api, operation: Operation, parameter: Parameter) -> Place:
    """Where the wire name of a parameter is written."""
    if "name" in parameter.origin.table:
        return said(parameter.origin, "name")
    return parameter_place(api, operation, parameter)


def parameter_duplicate(view: View) -> Iterator[Diagnostic]:
    """Two parameters of one location have two names; the case of headers does not count.

    Passes:

        parameters:
          page: {in: query, type: integer}
          page_header: {in: header, name: page, type: integer}

    Fails:

        parameters:
          X-Trace: {in: header, type: string}
          trace: {in: header, name: x-trace, type: string}
    """
    for written in view.operations:
        operation = written.operation
        first: dict[tuple[str, str], Parameter] = {}
        for parameter in operation.parameters:
            same = parameter_slot(parameter.location, parameter.name)
            other = first.setdefault(same, parameter)
            if other is not parameter:
                message = f"another {parameter.location} parameter is {shown(parameter.name)} too"
                second = Note(
                    _parameter_name(view.api, operation, other), "first used here"
                )
                place = _parameter_name(view.api, operation, parameter)
                yield error(place, "parameter-duplicate", message, second)


def header_duplicate(view: View) -> Iterator[Diagnostic]:
    """Two headers of one answer have two names; case does not count.

    Passes:

        responses:
          200:
            headers:
              X-Trace: {type: string}
              X-Span: {type: string}

    Fails:

        responses:
          200:
            headers:
              X-Trace: {type: string}
              x-trace: {type: string}
    """
    for written in view.operations:
        for response in written.operation.responses:
            first: dict[str, Place] = {}
            for header in response.headers:
                place = key(response.origin, f"headers.{header.name}")
                name = header.name.lower()
                if name in first:
                    message = f"another header of this answer is {shown(header.name)} in other case"
                    second = Note(first[name], "first used here")
                    yield error(place, "header-duplicate", message, second)
                else:
                    first[name] = place
