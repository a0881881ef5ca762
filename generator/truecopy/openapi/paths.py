"""Path templates: OpenAPI tells two paths apart by more than their variables' names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from truecopy.ir import Operation
from truecopy.openapi.notes import unused
from truecopy.records import record

_VARIABLE = re.compile(r"\{([^{}]+)\}")
_UNSAFE = re.compile(r"[/#?!:\[\]]")


@record
class Template:
    """A path as it is exported, and the exported name of each variable of the operation."""

    path: str
    variables: Mapping[str, str]


def templates(operations: Iterable[Operation]) -> list[Template]:
    """One template for each operation; the first of several equal ones names the variables."""
    first: dict[str, Template] = {}
    found: list[Template] = []
    for operation in operations:
        own: list[str] = _VARIABLE.findall(operation.path)
        shape = _shape(operation)
        template = first.setdefault(shape, _template(operation.path, own))
        names = zip(own, template.variables.values(), strict=True)
        found.append(Template(template.path, dict(names)))
    return found


def _shape(operation: Operation) -> str:
    """The path without the names of its variables, save those that are sent: matrix ones."""
    matrix = {
        parameter.name
        for parameter in operation.parameters
        if parameter.location == "path" and parameter.style == "matrix"
    }
    return _VARIABLE.sub(
        lambda found: found[0] if found[1] in matrix else "{}", operation.path
    )


def _template(path: str, own: list[str]) -> Template:
    """The path with names that readers of templates do not trip over."""
    names: dict[str, str] = {}
    for name in own:
        names[name] = unused(_UNSAFE.sub("_", name), set(names.values()))
    return Template(_VARIABLE.sub(lambda found: f"{{{names[found[1]]}}}", path), names)
