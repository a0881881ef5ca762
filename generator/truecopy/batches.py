"""Makes a package of very many documents some at a time: of a document no more is kept than its files and its part.

What they need of what they share is known at the end. Those that were made while less was known are made once more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from truecopy.code import Code, written
from truecopy.diagnostics import Diagnostic, ordered
from truecopy.files.manifest import Pieces
from truecopy.files.workspace import ApiFolder, Inputs
from truecopy.ir import Api
from truecopy.portions import (
    Made,
    Portion,
    interface,
    of_others,
    portion,
    sound,
    telling,
)
from truecopy.render import Renderer
from truecopy.targets.python import package as python
from truecopy.targets.python.directions import crossed
from truecopy.targets.python.uses import NOTHING, Uses, stored, together, uses

# An API of more documents than these is made in batches of so many.
MANY = 500
SIZE = 100

# What stands in a file where the fragments of a kind will: no spec holds their control characters.
_STANDINS = (written("\n    # \1\n"), written("    # \2\n"), Code("\3\n"))


def generate(
    folder: ApiFolder, templates: Mapping[str, bytes], inputs: Inputs
) -> Made | None:
    """All files, as a run makes them that looks at all documents at once; None when only such a run can.

    That is where documents refer to each other's schemas, and where an error or a warning is to be said. A RenderError
    says so as well. The templates are those that came with truecopy.
    """
    renderer = Renderer(templates)
    every = folder.documents
    batches = [every[at : at + SIZE] for at in range(0, len(every), SIZE)]
    said: Counter[Diagnostic] = Counter()
    portions: list[Portion] = []
    taken: list[object] = []
    needed = NOTHING
    api: Api | None = None
    for some in batches:
        found = sound(folder, some)
        if found is None or crossed(found.api):
            return None
        needed = together(needed, uses(found.api))
        frame = python.frame(found.api, needed)
        portions.append(portion(frame, renderer, inputs, ()))
        taken.append(stored(needed, found.api))
        said.update(found.findings)
        api = replace(found.api, documents=())
    if api is None:
        return None
    for number, known in enumerate(taken):
        found = sound(folder, batches[number]) if known != taken[-1] else None
        if found is not None:
            frame = python.frame(found.api, needed)
            portions[number] = portion(frame, renderer, inputs, ())
    # What one batch does not use, another may.
    findings = [f for f, n in said.items() if not of_others(f) or n == len(batches)]
    return _whole(api, needed, portions, findings, templates, inputs)


def _whole(
    api: Api,
    needed: Uses,
    portions: Sequence[Portion],
    findings: Iterable[Diagnostic],
    templates: Mapping[str, bytes],
    inputs: Inputs,
) -> Made | None:
    """The files of the portions, and those that they make together; None when two claim the same name."""
    frame, renderer = python.frame(api, needed), Renderer(templates)
    parts = [part for each in portions for part in each.parts]
    pieces = {name: piece for each in portions for name, piece in each.pieces.items()}
    claims = [claim for piece in pieces.values() for claim in piece.claims]
    whole = python.whole(frame, parts)
    found = [*findings, *(f for p in portions for f in p.findings), *whole.findings]
    if telling(found) or len({*claims}) < len(claims):
        return None
    files = {path: data for each in portions for path, data in each.files.items()}
    for page in python.whole_files(frame, whole, parts, [_STANDINS]):
        files[page.path] = renderer.file(page.template, page.path, page.view).encode()
    fragments = [each for p in portions for each in p.fragments.values()]
    starts: list[int] = []
    paths = python.fragment_paths(api)
    for path in dict.fromkeys(paths):
        rest, done = files[path], list[bytes]()
        for kind in (kind for kind, other in enumerate(paths) if other == path):
            before, _, rest = rest.partition(_STANDINS[kind].text.encode())
            done.append(before)
            starts.append(sum(map(len, done)))
            done += [each[kind] for each in fragments]
        files[path] = b"".join([*done, rest])
    files |= {path: templates[name] for path, name in python.copies(api)}
    shown = python.in_readme(parts)
    for part in parts:
        if part.name in shown:
            sampled = interface(part, shown)
            pieces[part.name] = replace(pieces[part.name], interface=sampled)
    new = Pieces(inputs.shared, tuple(starts), stored(needed, api), shown, pieces)
    return Made(dict(sorted(files.items())), ordered(found), new)
