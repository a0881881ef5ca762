"""Changes a client at one place at a time, and tells which changes no test notices.

What is changed is the package of `tests/cases/generate/everything`: its own modules, and
those that each package carries a copy of, but for the tools of its tests. What must notice
is its own generated tests, and the tests of the runtime. A first run tells which tests
run each line; a mutant then meets those alone, the quickest first, in a process of its
own.
"""

from __future__ import annotations

import argparse
import ast
import functools
import gc
import importlib
import os
import pickle
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import spec_from_file_location
from multiprocessing import get_context
from pathlib import Path
from shutil import copytree
from types import CodeType, ModuleType
from typing import NamedTuple

import pytest
from coverage import Coverage
from mutants import Mutant, mutants
from truecopy import commands

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates" / "python"
CASE = ROOT / "tests" / "cases" / "generate" / "everything"
CARRIED, TOOLS = ("_runtime.py", "_webhooks.py"), "testing.py"
LEAST_SECONDS, TIMES_SLOWER = 30, 20
SURVIVED, KILLED, LATE, UNSEEN = "survived", "killed", "killed (late)", "not run"

Code = Mapping[str, CodeType]


class Subject(NamedTuple):
    """What is changed, file by file, and the folders of the tests that must notice."""

    trees: Mapping[str, ast.Module]
    tests: tuple[str, ...]

    def typed(self, file: str) -> bool:
        """Whether the file is this API's, not a copy that each package has."""
        return Path(file).name not in CARRIED


class Trace(NamedTuple):
    """The tests that run each line, and the seconds that each test takes."""

    lines: Mapping[str, Mapping[int, Sequence[str]]]
    seconds: Mapping[str, float]

    def tests(self, mutant: Mutant) -> list[str]:
        """Those that may notice a mutant, the quickest first."""
        lines = self.lines[mutant.file]
        found = {test for line in mutant.lines for test in lines.get(line, ())}
        if mutant.at_import or "" in found:
            distribution = str(Path(mutant.file).parents[1])
            own = {test for test in self.seconds if test.startswith(distribution)}
            found = own or set(self.seconds)
        return sorted(found, key=self.seconds.__getitem__)


class Loader(SourceFileLoader):
    """Loads a module from the code that it is given."""

    def __init__(self, name: str, path: str, code: CodeType) -> None:
        super().__init__(name, path)
        self.code = code

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002
        return self.code


class Finder:
    """Finds the modules that may be changed, in every place that has a copy."""

    def __init__(self, code: Code) -> None:
        self.code = code

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or spec.origin is None:
            return spec
        file = spec.origin
        if "_client" in Path(file).parent.name:
            copied = str(TEMPLATES / Path(file).name)
            file = copied if copied in self.code else file
        if file not in self.code:
            return spec
        loader = Loader(name, file, self.code[file])
        inside = spec.submodule_search_locations
        return spec_from_file_location(
            name, file, loader=loader, submodule_search_locations=inside
        )


class Tracing:
    """A pytest plugin: measures each test, without what an earlier one left in caches."""

    def __init__(self, files: Sequence[str]) -> None:
        self.coverage = Coverage(
            data_file=None, config_file=False, include=files, messages=False
        )
        self.seconds: dict[str, float] = {}
        self.forget: list[Callable[[], None]] = []
        self.coverage.start()

    def pytest_collection_finish(self) -> None:
        cached = type(functools.cache(len))
        self.forget = [o.cache_clear for o in gc.get_objects() if isinstance(o, cached)]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item
    ) -> Generator[None, object, object]:
        for forget in self.forget:
            forget()
        self.coverage.switch_context(_name(item))
        start = time.perf_counter()
        done = yield
        self.seconds[_name(item)] = time.perf_counter() - start
        return done

    def trace(self, files: Sequence[str]) -> Trace:
        self.coverage.stop()
        data = self.coverage.get_data()
        return Trace({f: data.contexts_by_lineno(f) for f in files}, self.seconds)


def _name(item: pytest.Item) -> str:
    return f"{item.path}::{item.nodeid.partition('::')[2]}"


class Chosen:
    """A pytest plugin: runs the tests of a list in its order, none of them for long."""

    def __init__(self, tests: Sequence[str], seconds: Mapping[str, float]) -> None:
        self.tests = tests
        self.seconds = seconds

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        found = {_name(item): item for item in items}
        # One that is named after what was changed is not there, and says nothing.
        items[:] = [found[test] for test in self.tests if test in found]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        seconds = self.seconds[_name(item)] * TIMES_SLOWER
        signal.alarm(max(LEAST_SECONDS, int(seconds)))


def subject(folder: Path) -> Subject:
    """The package and its tests, generated into a folder."""
    copytree(CASE, folder, dirs_exist_ok=True)
    commands.generate(folder, ["acme"], everything=True, force=False)
    made = folder / "generated" / "acme"
    sys.path.insert(0, str(made))
    package = made / "acme_client"
    files = [TEMPLATES / name for name in CARRIED]
    files += sorted(p for p in package.glob("*.py") if p.name not in (*CARRIED, TOOLS))
    trees = {str(path): ast.parse(path.read_text("utf-8")) for path in files}
    return Subject(trees, (str(made / "tests"), "tests/runtime"))


def _start(code: Code, tests: Sequence[str], plugin: object, output: str) -> int:
    """Runs tests on modules that are loaded from the code."""
    opened = os.open(output, os.O_WRONLY | os.O_CREAT)
    os.dup2(opened, 1)
    os.dup2(opened, 2)
    os.chdir(ROOT)
    sys.meta_path.insert(0, Finder(code))
    settings = [f"--rootdir={ROOT}", "-c", str(ROOT / "pyproject.toml")]
    options = ["-x", "--tb=line", "-p", "no:cacheprovider", "--hypothesis-seed=0"]
    return int(pytest.main([*settings, *options, *tests], plugins=[plugin]))


def trace(given: Subject, code: Code, folder: Path) -> Trace:
    """Runs every test on the package as it is."""
    answer = folder / "trace"

    def run() -> None:
        tracing = Tracing(list(code))
        if _start(code, given.tests, tracing, str(folder / "output")) == 0:
            answer.write_bytes(pickle.dumps(tracing.trace(list(code))))

    child = get_context("fork").Process(target=run)
    child.start()
    child.join()
    if not answer.exists():
        sys.exit((folder / "output").read_text("utf-8"))
    found = pickle.loads(answer.read_bytes())
    assert isinstance(found, Trace)
    return found


def judge(given: Subject, code: Code, traced: Trace, mutant: Mutant) -> str:
    """What becomes of one mutant."""
    tests = traced.tests(mutant)
    if not tests:
        return UNSEEN

    def run() -> None:
        mutant.change()
        tree = ast.fix_missing_locations(given.trees[mutant.file])
        changed = {**code, mutant.file: compile(tree, mutant.file, "exec")}
        _run(changed, tests, traced.seconds)

    return _outcome(run)


def _run(code: Code, tests: Sequence[str], seconds: Mapping[str, float]) -> None:
    signal.alarm(LEAST_SECONDS)
    files = dict.fromkeys(test.partition("::")[0] for test in tests)
    status = _start(code, [*files], Chosen(tests, seconds), os.devnull)
    sys.exit(status if status != pytest.ExitCode.NO_TESTS_COLLECTED else 0)


def _outcome(run: Callable[[], None]) -> str:
    child = get_context("fork").Process(target=run)
    child.start()
    child.join()
    if child.exitcode == -signal.SIGALRM:
        return LATE
    return KILLED if child.exitcode else SURVIVED


def table(outcomes: Sequence[tuple[Mutant, str]], every: Sequence[Mutant]) -> str:
    """File by file: how many there may be, were drawn, were killed."""
    rows = ["| file | mutants | drawn | killed | share |", "|---|---|---|---|---|"]
    names = sorted({Path(mutant.file).name for mutant in every})
    for name in [*names, ""]:
        drawn = [o for m, o in outcomes if name in ("", Path(m.file).name)]
        possible = sum(name in ("", Path(m.file).name) for m in every)
        killed = sum(outcome in (KILLED, LATE) for outcome in drawn)
        share = f"{killed / len(drawn):.0%}" if drawn else ""
        rows.append(
            f"| {name or 'all'} | {possible} | {len(drawn)} | {killed} | {share} |"
        )
    return "\n".join(rows)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sample", type=int, default=300)
    options.add_argument("--seed", type=int, default=0)
    asked = options.parse_args()
    for name in ("hypothesis", "httpx2", "httpcore2", "msgspec", "asyncio"):
        importlib.import_module(name)
    with tempfile.TemporaryDirectory(prefix="truecopy-mutation-") as held:
        folder = Path(held)
        os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(folder / "hypothesis")
        given = subject(folder)
        code = {file: compile(tree, file, "exec") for file, tree in given.trees.items()}
        traced = trace(given, code, folder)
        tests = sorted(traced.seconds, key=traced.seconds.__getitem__)
        if _outcome(lambda: _run(code, tests, traced.seconds)) != SURVIVED:
            sys.exit("a test fails without a mutant, in another order")
        every = [
            m for f, t in given.trees.items() for m in mutants(f, t, given.typed(f))
        ]
        random.seed(asked.seed)
        outcomes: list[tuple[Mutant, str]] = []
        for mutant in random.sample(every, min(asked.sample, len(every))):
            outcomes.append((mutant, judge(given, code, traced, mutant)))
            if outcomes[-1][1] not in (KILLED, LATE):
                print(
                    f"{outcomes[-1][1]}: {Path(mutant.file).name}:{mutant.words}",
                    flush=True,
                )
    print(f"\nseed {asked.seed}\n\n{table(outcomes, every)}")


if __name__ == "__main__":
    main()
