"""Makes a package of very many documents some at a time: of a document no more is kept than its files and its part.

What they need of what they share is known at the end. Those that were made while less was known are made once more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from truecopy.checking import of_all
from truecopy.diagnostics import Diagnostic
from truecopy.files.workspace import ApiFolder, Inputs, batched
from truecopy.ir import Api
from truecopy.portions import Made, Portion, assembled, portion, sound
from truecopy.render import Renderer
from truecopy.targets.python import package as python
from truecopy.targets.python.directions import crossed
from truecopy.targets.python.uses import NOTHING, stored, together, uses

# An API of more documents than these is made in batches.
MANY = 1500


def generate(
    folder: ApiFolder, templates: Mapping[str, bytes], inputs: Inputs
) -> Made | None:
    """All files, as a run makes them that looks at all documents at once; None when only such a run can.

    That is where documents refer to each other's schemas, and where an error or a warning is to be said. A RenderError
    says so as well. The templates are those that came with truecopy.
    """
    renderer = Renderer(templates)
    batches = batched(folder)
    said: Counter[Diagnostic] = Counter()
    portions: list[Portion] = []
    taken: list[object] = []
    needed = NOTHING
    api: Api | None = None
    for some in batches:
        found = sound(some)
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
        found = sound(batches[number]) if known != taken[-1] else None
        if found is not None:
            frame = python.frame(found.api, needed)
            portions[number] = portion(frame, renderer, inputs, ())
    findings = of_all(said, len(batches))
    return assembled(api, needed, portions, findings, templates, inputs)
