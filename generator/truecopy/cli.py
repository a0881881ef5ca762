"""Arguments in, text and exit status out: the only module that prints."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, cast

from truecopy import __version__

if TYPE_CHECKING:
    from truecopy.commands import Generation, Listed
    from truecopy.diagnostics import Diagnostic, Place

OK, FINDINGS, WRONG, INTERRUPTED = 0, 1, 2, 130
FORMATS = ("text", "json", "github", "sarif")


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command. Exit status: 0 nothing to report, 1 findings, 2 wrong usage or a bug of ours."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        # The same bytes in any locale; what UTF-8 can't hold is shown as an escape.
        reconfigure(encoding="utf-8", errors="backslashreplace")
    # A run is short and leaves hardly any cycles behind: looking for them costs half of it.
    gc.set_threshold(200_000, 50, 100)
    arguments = _parser().parse_args(argv)
    run = cast("Callable[[argparse.Namespace], int]", arguments.run)
    try:
        return run(arguments)
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as problem:
        where = f"{problem.filename}: " if problem.filename else ""
        return _fail(f"{where}{problem.strerror or problem}")
    except Exception as problem:
        if "TRUECOPY_TRACEBACK" in os.environ:
            raise
        kind = type(problem).__name__
        return _fail(f"a bug of truecopy, not of your specs: {kind}: {problem}")


def _print(text: str) -> None:
    """Writes to standard output at once, so that a failure is met here and not at exit."""
    try:
        print(text, end="", flush=True)
    except OSError as problem:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        # When the reader left, as `| head` does, there is nobody to tell.
        if not isinstance(problem, BrokenPipeError):
            raise OSError(problem.errno, problem.strerror, "standard output") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="truecopy",
        description="Turns API documents that only people can read into typed Python clients.",
        epilog="Exit status: 0 nothing to report, 1 findings, 2 wrong usage or an internal error.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--version", action="version", version=f"truecopy {__version__}"
    )
    add = parser.add_subparsers(metavar="COMMAND", required=True).add_parser

    new = _command(
        add, "new", _new, "make specs/API/ with a skeleton that passes check"
    )
    new.add_argument("api", metavar="API", help="lower-case letters, digits and _")

    check = _command(
        add, "check", _check, "report everything that is wrong with the specs"
    )
    _apis(check)

    generate = _command(add, "generate", _generate, "write generated/")
    _apis(generate)
    generate.add_argument(
        "--check",
        action="store_true",
        help="write nothing; report what is not up to date",
    )
    generate.add_argument(
        "--diff", action="store_true", help="with --check: print a unified diff as well"
    )
    generate.add_argument(
        "--force", action="store_true", help="overwrite files that someone edited"
    )

    forms = (*FORMATS, "markdown")
    audit = _command(add, "audit", _audit, "hold each spec against its document", forms)
    _apis(audit)
    _documents(audit)
    audit.add_argument(
        "--lock",
        action="store_true",
        help="accept each page as it is, in specs/API/DOCUMENT.lock",
    )

    drift = _command(
        add, "drift", _drift, "report what new versions of documents change", forms
    )
    _apis(drift)
    _documents(drift)

    summary = "show documents, operations and evidence counts"
    listing = _command(add, "list", _list, summary, formats=("text", "json"))
    _apis(listing)

    export = _command(
        add,
        "export",
        _export,
        "print an API as an OpenAPI 3.1 document",
        formats=("text", "json"),
    )
    export.add_argument("api", metavar="API")
    export.add_argument(
        "--yaml",
        action="store_true",
        help="print it as YAML instead of JSON; --format is of findings alone",
    )
    return parser


def _command(
    add: Callable[..., argparse.ArgumentParser],
    name: str,
    run: Callable[[argparse.Namespace], int],
    summary: str,
    formats: Sequence[str] = FORMATS,
) -> argparse.ArgumentParser:
    sentence = summary[:1].upper() + summary[1:] + "."
    parser = add(name, help=summary, description=sentence, allow_abbrev=False)
    parser.add_argument(
        "--format", choices=formats, default="text", help="how findings are printed"
    )
    parser.set_defaults(run=run)
    return parser


def _apis(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "apis", metavar="API", nargs="*", help="all APIs when none is named"
    )


def _documents(parser: argparse.ArgumentParser) -> None:
    either = parser.add_mutually_exclusive_group()
    either.add_argument(
        "--documents",
        metavar="DIR",
        default=os.environ.get("TRUECOPY_DOCUMENTS"),
        help="holds API/DOCUMENT.EXT; TRUECOPY_DOCUMENTS may name it once for all",
    )
    either.add_argument(
        "--fetch",
        action="store_true",
        help="read each page from the url of its document",
    )


def _new(arguments: argparse.Namespace) -> int:
    from truecopy import commands
    from truecopy.files import workspace

    root = workspace.find_workspace(Path.cwd()) or Path.cwd()
    findings, written = commands.new(root, arguments.api)
    if any(finding.rule == "api-name" for finding in findings):
        return _usage(findings)
    if arguments.format == "text" and not findings:
        _print("".join(f"wrote {path}\n" for path in written))
        return OK
    return _show(findings, arguments.format, root)


def _check(arguments: argparse.Namespace) -> int:
    from truecopy import commands

    root, names = _workspace(arguments.apis)
    if root is None:
        return WRONG
    wrong = commands.unknown(root, names)
    if wrong:
        return _usage(wrong)
    return _show(commands.check(root, names), arguments.format, root)


def _generate(arguments: argparse.Namespace) -> int:
    from truecopy import commands

    root, names = _workspace(arguments.apis)
    if root is None:
        return WRONG
    wrong = commands.unknown(root, names)
    if wrong:
        return _usage(wrong)
    if arguments.diff and not arguments.check:
        return _fail("--diff goes with --check")
    if arguments.check and arguments.force:
        return _fail("--check writes nothing; it has no use for --force")
    everything = not arguments.apis
    if arguments.check:
        outcome = commands.generate_check(root, names, everything, arguments.diff)
    else:
        outcome = commands.generate(root, names, everything, arguments.force)
    return _show_generation(outcome, arguments, root)


def _show_generation(
    outcome: Generation, arguments: argparse.Namespace, root: Path
) -> int:
    from truecopy import diagnostics

    if arguments.format == "json":
        import json

        data = json.loads(diagnostics.as_json(outcome.findings))
        data["format"] = "truecopy.generate/1"
        data["apis"] = [
            {"api": a.api, "written": a.written, "removed": a.removed}
            for a in outcome.apis
        ]
        _print(json.dumps(data, indent=2) + "\n")
        return FINDINGS if _counts(outcome.findings) else OK
    if arguments.format != "text":
        return _show(outcome.findings, arguments.format, root)
    _print(outcome.diff)
    if outcome.findings:
        _show(outcome.findings, "text", root)
    if not arguments.check:
        for api in outcome.apis:
            counts = [(len(api.written), "written"), (len(api.removed), "removed")]
            words = ", ".join(f"{_files(n)} {what}" for n, what in counts if n)
            if words or not diagnostics.failed(outcome.findings):
                name = diagnostics.visible(api.api)
                _print(f"{name}: {words or 'up to date'}\n")
    elif not outcome.findings:
        _print("generated/ is up to date\n")
    return FINDINGS if _counts(outcome.findings) else OK


def _files(number: int) -> str:
    return f"{number} file{'s' if number != 1 else ''}"


def _audit(arguments: argparse.Namespace) -> int:
    from truecopy import commands
    from truecopy.fidelity import reports

    prepared = _compared(arguments)
    if prepared is None:
        return WRONG
    root, names, folder = prepared
    outcome = commands.audit(root, names, folder, arguments.lock)
    documents, stopped = outcome.documents, outcome.findings
    forms = {
        "json": lambda: reports.audit_json(documents, stopped),
        "markdown": lambda: reports.audit_markdown(documents, stopped),
        "text": lambda: reports.audit_text(documents) if documents else "",
    }
    found = tuple(reports.audit_findings(documents))
    status = _show_compared(arguments.format, root, stopped, found, forms)
    if arguments.format == "text":
        _print("".join(f"wrote {path}\n" for path in outcome.locked))
    return status


def _drift(arguments: argparse.Namespace) -> int:
    from truecopy import commands
    from truecopy.fidelity import reports

    prepared = _compared(arguments)
    if prepared is None:
        return WRONG
    root, names, folder = prepared
    outcome = commands.drift(root, names, folder)
    documents, stopped = outcome.documents, outcome.findings
    forms = {
        "json": lambda: reports.drift_json(documents, stopped),
        "markdown": lambda: reports.drift_markdown(documents, stopped),
        "text": lambda: reports.drift_text(documents) if documents else "",
    }
    found = tuple(reports.drift_findings(documents))
    return _show_compared(arguments.format, root, stopped, found, forms)


def _show_compared(
    form: str,
    root: Path,
    stopped: Sequence[Diagnostic],
    found: Sequence[Diagnostic],
    forms: Mapping[str, Callable[[], str]],
) -> int:
    """Shows what kept documents from being compared, and what comparing found, in the report's own form if it has one."""
    everything = [*stopped, *found]
    if form not in forms:
        return _show(everything, form, root)
    if form == "text" and stopped:
        _show(stopped, form, root)
    _print(forms[form]())
    return FINDINGS if _counts(everything) else OK


def _compared(
    arguments: argparse.Namespace,
) -> tuple[Path, Sequence[str], Path | None] | None:
    """The workspace, the APIs that are meant and the folder of their documents, or None when one is wrong.

    There is no folder where the documents are to be fetched.
    """
    from truecopy import commands, network

    root, names = _workspace(arguments.apis)
    if root is None:
        return None
    wrong = commands.unknown(root, names)
    if wrong:
        _usage(wrong)
        return None
    if arguments.fetch:
        if network.ready():
            return root, names, None
        _fail("--fetch needs httpx2: pip install 'truecopy[fetch]'")
        return None
    if not arguments.documents:
        _fail(
            "where are the documents? --documents DIR names their folder, as TRUECOPY_DOCUMENTS does; --fetch gets them"
        )
        return None
    folder = Path(arguments.documents)
    if not folder.is_dir():
        _fail(f"there is no folder {arguments.documents}")
        return None
    return root, names, folder


def _list(arguments: argparse.Namespace) -> int:
    from truecopy import commands, diagnostics

    root, names = _workspace(arguments.apis)
    if root is None:
        return WRONG
    wrong = commands.unknown(root, names)
    if wrong:
        return _usage(wrong)
    findings, rows = commands.list_(root, names)
    if diagnostics.failed(findings):
        return _show(findings, arguments.format, root)
    if arguments.format == "json":
        import json

        documents = [
            {
                "api": r.api,
                "document": r.document,
                "operations": dict(r.operations),
                "facts": dict(r.counts),
            }
            for r in rows
        ]
        _print(
            json.dumps({"format": "truecopy.list/1", "documents": documents}, indent=2)
            + "\n"
        )
        return OK
    _print(_table(rows))
    return OK


def _table(rows: Sequence[Listed]) -> str:
    kinds = ("stated", "inferred", "missing", "conflicting", "open")
    head = ["API", "DOCUMENT", "OPERATIONS", *(kind.upper() for kind in kinds)]
    lines = [head]
    for row in rows:
        operations = ", ".join(
            name if name == spelt else f"{name} ({spelt})"
            for name, spelt in row.operations.items()
        )
        lines.append(
            [
                row.api,
                row.document,
                operations or "-",
                *(str(row.counts[kind]) for kind in kinds),
            ]
        )
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    out: list[str] = []
    for line in lines:
        cells = [
            c.ljust(w) if i < 3 else c.rjust(w)
            for i, (c, w) in enumerate(zip(line, widths, strict=True))
        ]
        out.append("  ".join(cells).rstrip() + "\n")
    return "".join(out)


def _export(arguments: argparse.Namespace) -> int:
    from truecopy import commands, diagnostics

    root, names = _workspace([arguments.api])
    if root is None:
        return WRONG
    wrong = commands.unknown(root, names)
    if wrong:
        return _usage(wrong)
    findings, text = commands.export(root, arguments.api, arguments.yaml)
    if diagnostics.failed(findings):
        return _show(findings, arguments.format, root)
    _print(text)
    return OK


def _workspace(names: Sequence[str]) -> tuple[Path | None, Sequence[str]]:
    """The workspace around the current folder, and the APIs that are meant."""
    from truecopy.files import workspace

    root = workspace.find_workspace(Path.cwd())
    if root is None:
        _fail("no specs/ here or in a folder above; `truecopy new API` makes one")
        return None, ()
    return root, tuple(dict.fromkeys(names)) or workspace.api_names(root)


def _show(findings: Sequence[Diagnostic], form: str, root: Path) -> int:
    """Prints findings; 1 when one of them is an error or a warning."""
    from truecopy import diagnostics

    if form == "json":
        _print(diagnostics.as_json(findings))
    elif form == "github":
        _print(diagnostics.as_github(findings))
    elif form == "sarif":
        _print(diagnostics.as_sarif(findings, __version__))
    else:
        color = _is_terminal(sys.stdout) and not os.environ.get("NO_COLOR")
        _print(diagnostics.as_text(findings, _lines(root), color))
    return FINDINGS if _counts(findings) else OK


def _counts(findings: Sequence[Diagnostic]) -> bool:
    return any(finding.severity != "note" for finding in findings)


def _is_terminal(stream: TextIO | None) -> bool:
    """Whether people read it; a stream that was closed before we began is None."""
    return stream is not None and stream.isatty()


def _lines(root: Path) -> Callable[[Place], str | None]:
    """Reads the line that a finding points at, each file once.

    A finding about a generated file speaks of all of it; no line is shown.
    """
    from truecopy.files import workspace

    read: dict[str, list[str]] = {}

    def line_of(place: Place) -> str | None:
        if place.file.startswith("generated/"):
            return None
        if place.file not in read:
            try:
                text = workspace.read(root / place.file).decode("utf-8-sig", "replace")
            except OSError:
                text = ""
            read[place.file] = text.replace("\r\n", "\n").split("\n")
        lines = read[place.file]
        return lines[place.line - 1] if place.line <= len(lines) else None

    return line_of


def _usage(findings: Sequence[Diagnostic]) -> int:
    return _fail("; ".join(finding.message for finding in findings))


def _fail(message: str) -> int:
    from truecopy.diagnostics import visible

    sys.stderr.write(f"truecopy: {visible(message)}\n")
    return WRONG
