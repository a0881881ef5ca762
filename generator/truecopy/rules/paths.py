"""Path templates and the path parameters that fill them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from truecopy.diagnostics import Diagnostic, Note, error, shown, suggestion
from truecopy.ir import Operation
from truecopy.rules.view import View, parameter_place, said

_NAME = re.compile(r"\{([^{}]*)\}")
# A parameter as other languages write it: /parcels/:id and /parcels/<id>.
_FOREIGN = re.compile(r"(?<=/):([A-Za-z_][A-Za-z0-9_]*)(?![^/])|<([^<>/]*)>")
# RFC 3986, section 3.3: pchar and the slash.
_CHARACTERS = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*")


def path_template(view: View) -> Iterator[Diagnostic]:
    """A parameter of a path stands in a pair of braces, once, by its exact name.

    Passes:

        path: /shops/{shop}/parcels/{parcel}
        parameters:
          shop: {in: path, type: string}
          parcel: {in: path, type: string}

    Fails:

        path: /shops/{shop}/parcels/{shop
        parameters:
          shop: {in: path, type: string}
    """
    for written in view.operations:
        path = written.operation.path
        place = said(written.operation.origin, "path")
        outside = _NAME.sub("x", path)
        names = _NAME.findall(path)
        if "{" in outside or "}" in outside:
            message = f"a brace in {shown(path)} has no partner; write {{name}}"
            yield error(place, "path-template", message)
        if any(not name.strip() for name in names):
            yield error(
                place, "path-template", f"a parameter of {shown(path)} has no name"
            )
        for name in (n for n in names if n.strip() and n != n.strip()):
            message = f"in {shown(path)} the blanks are part of the name; write {{{name.strip()}}}"
            yield error(place, "path-template", message)
        for foreign in _FOREIGN.finditer(outside):
            name = foreign[1] or foreign[2]
            message = f"in {shown(path)} write {{{name}}} for {shown(foreign[0])}"
            yield error(place, "path-template", message)
        for name in dict.fromkeys(n for n in names if names.count(n) > 1):
            message = f"the parameter {shown(name)} stands twice in {shown(path)}"
            yield error(place, "path-template", message)


def path_syntax(view: View) -> Iterator[Diagnostic]:
    """A path is plain: no empty or dot segment, no query or fragment, URL characters only.

    Passes:

        path: /caf%C3%A9s/open

    Fails:

        path: /parcels//../open?all=1
    """
    for written in view.operations:
        path = written.operation.path
        place = said(written.operation.origin, "path")
        outside = _FOREIGN.sub("x", _NAME.sub("x", path))
        segments = [s.lower().replace("%2e", ".") for s in outside.split("/")]
        if "?" in outside or "#" in outside:
            message = f"{shown(path)} holds a query or fragment"
            message += "; write query parameters below parameters"
            yield error(place, "path-syntax", message)
            continue
        if "//" in outside:
            message = f"{shown(path)} holds an empty segment '//'; write one slash"
            yield error(place, "path-syntax", message)
        if "." in segments or ".." in segments:
            message = f"{shown(path)} holds a dot segment, which clients resolve away"
            yield error(place, "path-syntax", message)
        rest = outside.replace("{", "").replace("}", "")
        good = _CHARACTERS.match(rest)
        if good is not None and good.end() < len(rest):
            bad = rest[good.end()]
            message = f"{shown(path)} holds {shown(bad)}, which a URL can't carry"
            message += f"; write {shown(quote(bad, safe=''))}"
            yield error(place, "path-syntax", message)


def path_parameter_missing(view: View) -> Iterator[Diagnostic]:
    """Each name in a path's braces is a path parameter of the operation.

    Passes:

        path: /parcels/{parcel_id}
        parameters:
          parcel_id: {in: path, type: string}

    Fails:

        path: /parcels/{parcel_id}
        parameters:
          parcel_id: {in: query, type: string}
    """
    for written in view.operations:
        operation = written.operation
        known = {p.name for p in operation.parameters if p.location == "path"}
        elsewhere = {p.name: p for p in operation.parameters if p.location != "path"}
        for name in dict.fromkeys(_NAME.findall(operation.path)):
            # A name in blanks is a finding of path-template.
            if name in known or name != name.strip() or not name:
                continue
            notes: list[Note] = []
            if name in elsewhere:
                where = parameter_place(view.api, operation, elsewhere[name])
                notes.append(Note(where, f"this one is in {elsewhere[name].location}"))
            message = (
                f"the path speaks of {shown(name)}, which is not a path parameter here"
            )
            hint = (
                suggestion(name, known)
                or f"; write {name}: {{in: path}} below parameters"
            )
            place = said(operation.origin, "path")
            yield error(place, "path-parameter-missing", message + hint, *notes)


def path_parameter_unused(view: View) -> Iterator[Diagnostic]:
    """Each path parameter has its place in the path.

    Passes:

        path: /parcels/{parcel_id}
        parameters:
          parcel_id: {in: path, type: string}

    Fails:

        path: /parcels
        parameters:
          parcel_id: {in: path, type: string}
    """
    for written in view.operations:
        operation = written.operation
        names = _NAME.findall(operation.path)
        for parameter in operation.parameters:
            if (
                parameter.location == "path"
                and parameter.name not in names
                and not _miswritten(operation.path, parameter.name)
            ):
                message = (
                    f"the path {shown(operation.path)} has no {{{parameter.name}}}"
                    f"{suggestion(parameter.name, names)}"
                )
                second = Note(
                    said(operation.origin, "path"), "the path is written here"
                )
                place = parameter_place(view.api, operation, parameter)
                yield error(place, "path-parameter-unused", message, second)


def _miswritten(path: str, name: str) -> bool:
    """Whether a path speaks of a name in a way that is a finding of path-template."""
    foreign = {one or other for one, other in _FOREIGN.findall(path)}
    inside = {each.strip() for each in _NAME.findall(path)}
    return f"{{{name}" in path or name in foreign | inside or "" in inside


def path_parameter_optional(view: View) -> Iterator[Diagnostic]:
    """A path parameter can't be left out, so it is not `required: false`.

    Passes:

        path: /parcels/{parcel_id}
        parameters:
          parcel_id: {in: path, type: string, required: true}

    Fails:

        path: /parcels/{parcel_id}
        parameters:
          parcel_id: {in: path, type: string, required: false}
    """
    for parameter, _ in view.parameters:
        if parameter.location == "path" and parameter.required is False:
            message = (
                "a path parameter is always required; leave 'required' out or say true"
            )
            place = said(parameter.origin, "required")
            yield error(place, "path-parameter-optional", message)


def path_duplicate(view: View) -> Iterator[Diagnostic]:
    """A method and a path belong to one operation, whatever the parameters are called.

    Passes:

        operations:
          get_parcel: {method: GET, path: /parcels}
          send_parcel: {method: POST, path: /parcels}

    Fails:

        operations:
          get_parcel:
            method: GET
            path: /parcels/{id}
            parameters: {id: {in: path, type: string}}
          read_parcel:
            method: GET
            path: /parcels/{parcel}
            parameters: {parcel: {in: path, type: string}}
    """
    first: dict[str, Operation] = {}
    for written in view.operations:
        operation = written.operation
        other = first.setdefault(shape_of(operation), operation)
        if other is not operation:
            message = f"{operation.method} {shown(operation.path)} is described twice in this API"
            place = said(other.origin, "path")
            second = Note(place, f"first described here, as {other.name}")
            place = said(operation.origin, "path")
            yield error(place, "path-duplicate", message, second)


def shape_of(operation: Operation) -> str:
    """A method and a path, whatever the path's parameters are called."""
    return f"{operation.method} {_NAME.sub('{}', operation.path)}"
