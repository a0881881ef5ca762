"""Threads that make the first calls of a client together."""

from __future__ import annotations

import subprocess
import sys

import _runtime as rt

# In a process of its own: what this is about ends the process. Each round has classes that nobody has read yet.
_SCRIPT = '''
import sys, threading, types
import _runtime as rt

sys.setswitchinterval(1e-6)
members = "".join(f"    m{n}: str | rt.UnsetType = rt.UNSET\\n" for n in range(20))
source = f"""
from __future__ import annotations
import _runtime as rt
class Item(rt.Model, kw_only=True):
{members}
class Page(rt.Model, kw_only=True):
    items: list[Item]
    first: Item
"""
response = rt.RawResponse(
    200,
    rt.Headers({"Content-Type": "application/json"}),
    b'{"items": [{"m1": "a"}], "first": {"m2": "b"}}',
)
wrong = []
for number in range(150):
    module = types.ModuleType(f"round_{number}")
    sys.modules[module.__name__] = module
    exec(source, module.__dict__)
    start = threading.Barrier(6)

    def work(page):
        operation = rt.Operation(
            name="x", method="GET", path="/", responses={"200": rt.Reply(page)}
        )
        start.wait()
        found = rt.read(operation, response)
        if found.mismatches or found.data.first.m2 != "b":
            wrong.append(found)

    threads = [threading.Thread(target=work, args=(module.Page,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
print(len(wrong))
'''


def test_first_calls_at_once() -> None:
    """msgspec itself crashes where two threads prepare to read one class."""
    where = rt.__file__.rpartition("/")[0]
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT],
        env={"PYTHONPATH": where},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "0\n", "")
