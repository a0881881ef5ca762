"""What other generators and SDKs get wrong in current releases, one test for each line of that list.

One API of a fictional vendor is generated and called; nothing of the generator is used but its command.
"""

from __future__ import annotations

import copy
import importlib
import logging
import pickle
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workspaces import generate, tree, truecopy, workspace, write

API = """\
title: Anchor
servers:
  live: {url: https://api.anchor.example/v1}
security:
  key: {type: apiKey, in: header, name: X-Key}
  client_key: {type: apiKey, in: header, name: X-Client-Key}
security_requirements:
  - {key: [], client_key: []}
"""

PARCELS = """\
document: {title: Parcels}
operations:
  get_parcel:
    method: GET
    path: /parcels/{parcel_id}
    parameters:
      parcel_id: {in: path, type: string, required: true}
      "it's": {in: query, name: "x'\\"]", type: string}
    responses:
      200: {schema: Parcel}
      404: {schema: Problem}
    failure: {when: {property: result, equals: error}, status: status}
    examples:
      - request: {path: {parcel_id: p-1}}
        response: {status: 200, body: {id: p-1, state: sent, note: null}}
  put_parcel:
    method: PUT
    path: /parcels/{parcel_id}
    parameters:
      parcel_id: {in: path, type: string, required: true}
    request: {schema: Parcel}
    responses:
      204: {content: {}}
  send_parcel:
    method: POST
    path: /it's/parcels
    request:
      properties:
        city: {type: string, maxLength: 20}
    responses:
      200: {schema: Parcel}
  change_parcel:
    method: PATCH
    path: /parcels
    responses:
      200: {schema: Parcel}
schemas:
  Parcel:
    properties:
      id: {type: string, required: true}
      state: {type: string, enum: [open, sent]}
      note: {type: [string, null], required: false}
      label: {type: string, required: false}
  Problem:
    properties:
      detail: {type: string}
"""

STRANGERS = """\
document: {title: Strangers}
operations:
  list_strangers:
    method: GET
    path: /strangers
    responses:
      200: {type: array, items: {type: string}}
"""

PARCEL = b'{"id":"p-1","state":"sent"}'
KEYS = {"key": "secret-1", "client_key": "secret-2"}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = workspace(
        tmp_path_factory.mktemp("anchor"),
        {"api": API, "parcels": PARCELS, "strangers": STRANGERS},
    )
    assert generate(root) == 0
    return root


@pytest.fixture(scope="module")
def acme(root: Path) -> Iterator[Any]:
    sys.path.insert(0, str(root / "generated/acme"))
    yield importlib.import_module("acme_client")
    sys.path.remove(str(root / "generated/acme"))


@pytest.fixture(scope="module")
def testing(acme: Any) -> Any:
    return importlib.import_module(f"{acme.__name__}.testing")


def connect(acme: Any, transport: Any) -> Any:
    return acme.Acme(**KEYS, transport=transport)


@pytest.mark.parametrize("value", ["../x", "..", ".", "", "%2e%2e", "a/../../x", "a/b"])
def test_a_path_value_reaches_no_other_endpoint(
    acme: Any, testing: Any, value: str
) -> None:
    replay = testing.Replay(200, PARCEL)
    try:
        connect(acme, replay).get_parcel(value)
    except acme.RequestInvalid:
        assert replay.requests == []
    else:
        path = replay.requests[0].url.removeprefix("https://api.anchor.example/v1/")
        folder, _, name = path.partition("/")
        assert folder == "parcels"
        assert "/" not in name
        assert name.replace("%2F", "/") not in (".", "..", "")


def test_a_quote_in_a_path_is_text(acme: Any, testing: Any) -> None:
    replay = testing.Replay(200, PARCEL)
    connect(acme, replay).send_parcel(city="Oslo")
    url = "https://api.anchor.example/v1/it's/parcels"
    assert replay.requests[0].url == url
    connect(acme, replay).get_parcel("p-1", it_s="v")
    assert replay.requests[1].url.endswith("/parcels/p-1?x%27%22%5D=v")


def test_an_answer_of_another_kind_is_told_from_a_model(
    acme: Any, testing: Any
) -> None:
    page = testing.Replay(200, b"<html>", {"content-type": "text/html"})
    answer = connect(acme, page).get_parcel("p-1")
    assert not isinstance(answer.data, str)
    assert [m.path for m in answer.mismatches] == ["$"]
    without = connect(acme, testing.Replay(200, b'{"state":"sent"}')).get_parcel("p-1")
    assert without.data.id is None
    assert [m.path for m in without.mismatches] == ["$.id"]
    strict = acme.Acme(**KEYS, transport=page, on_mismatch="raise")
    with pytest.raises(acme.ResponseMismatch) as caught:
        strict.get_parcel("p-1")
    assert caught.value.raw == b"<html>"


def test_a_new_enum_value_passes(acme: Any, testing: Any) -> None:
    body = b'{"id":"p-1","state":"lost at sea","new":{"member":[1]}}'
    answer = connect(acme, testing.Replay(200, body)).get_parcel("p-1")
    assert (answer.data.state, answer.mismatches) == ("lost at sea", ())


def test_what_was_read_is_written_back_as_it_was(acme: Any, testing: Any) -> None:
    replay = testing.Replay(200, b'{"id":"p-1","state":"sent"}')
    read = connect(acme, replay).get_parcel("p-1").data
    for again in (read, pickle.loads(pickle.dumps(read)), copy.deepcopy(read)):
        assert again.label is acme.UNSET
        assert again.note is acme.UNSET
        members = {name: getattr(again, name) for name in again.__struct_fields__}
        done = testing.Replay(204)
        connect(acme, done).put_parcel("p-1", **members)
        assert done.requests[0].body == PARCEL


class _Failing:
    """A transport whose every attempt ends in the same way."""

    def __init__(self, end: Any) -> None:
        self.end = end
        self.sent: list[Any] = []

    def send(self, request: Any, timeout: float) -> Any:
        del timeout
        self.sent.append(request)
        if isinstance(self.end, Exception):
            raise self.end
        return self.end


def test_what_may_not_be_sent_twice_is_sent_once(acme: Any) -> None:
    for method in ("send_parcel", "change_parcel"):
        lost = _Failing(acme.ReadError("the connection broke"))
        with pytest.raises(acme.ReadError):
            getattr(connect(acme, lost), method)()
        assert len(lost.sent) == 1


def test_a_retry_after_of_hours_is_not_slept_through(acme: Any, testing: Any) -> None:
    hours = testing.Replay(503, b"", {"retry-after": "7200"})
    start = time.monotonic()
    with pytest.raises(acme.ServiceUnavailable) as caught:
        connect(acme, hours).get_parcel("p-1")
    assert caught.value.retry_after == 7200
    assert len(hours.requests) == 1
    assert time.monotonic() - start < 60


def test_a_failure_inside_a_success_is_raised(acme: Any, testing: Any) -> None:
    replay = testing.Replay(200, b'{"result":"error","status":404}')
    with pytest.raises(acme.NotFound):
        connect(acme, replay).get_parcel("p-1")


def test_two_keys_are_sent_at_once(acme: Any, testing: Any) -> None:
    replay = testing.Replay(200, PARCEL)
    connect(acme, replay).get_parcel("p-1")
    headers = replay.requests[0].headers
    assert (headers["x-key"], headers["x-client-key"]) == ("secret-1", "secret-2")


def test_errors_are_pickled_and_tell_no_secret(
    acme: Any, testing: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = b'{"detail":"private-3"}'
    headers = {"content-type": "application/json", "set-cookie": "session=private-4"}
    client = connect(acme, testing.Replay(404, answer, headers))
    name = "-".join(("private", "5"))  # the line itself is part of a traceback
    with pytest.raises(acme.NotFound) as caught:
        client.get_parcel(name)
    error = caught.value
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert (again.status, str(again)) == (404, str(error))
    records = [str(vars(record)) for record in caplog.records]
    told = [repr(client), repr(error), str(error), *traceback.format_exception(error)]
    for text in [*told, *records, repr(pickle.dumps(error))]:
        assert "secret-1" not in text
        assert "secret-2" not in text
    for text in [*told, *records]:
        assert "private-" not in text


def test_a_new_version_changes_only_what_speaks_of_it(tmp_path: Path) -> None:
    files = {"api": API, "parcels": PARCELS, "strangers": STRANGERS}
    root = workspace(tmp_path, files)
    assert generate(root) == 0
    before = tree(root / "generated/acme")
    version = PARCELS.replace("title: Parcels", "title: Parcels, version: '2'")
    write(root, {"parcels": version})
    assert generate(root) == 0
    changed = set(tree(root / "generated/acme").items()) ^ set(before.items())
    assert {Path(path).name for path, _ in changed} <= {
        ".truecopy.json",
        "README.md",
        "parcels.py",
    }
    (root / "specs/acme/strangers.yaml").unlink()
    assert generate(root) == 0
    assert not [path for path in tree(root / "generated/acme") if "strangers" in path]


def test_the_order_of_imports_never_varies(tmp_path: Path) -> None:
    specs = {"strangers": STRANGERS, "parcels": PARCELS, "api": API}
    trees: list[dict[str, str]] = []
    for seed in ("0", "1", "2"):
        again = workspace(tmp_path / seed, specs)
        assert truecopy(again, "generate", PYTHONHASHSEED=seed).returncode == 0
        trees.append(tree(again / "generated/acme"))
    assert trees[0] == trees[1] == trees[2]


def test_an_import_loads_only_what_is_used(root: Path) -> None:
    script = """
import sys
import acme_client
names = {name for name in sys.modules if name.startswith("acme_client.")}
assert names == set(), names
assert not {"httpx2", "msgspec"} & set(sys.modules)
from acme_client import testing
with acme_client.Acme(key="k", client_key="c", transport=testing.Replay(200, b"[]")) as client:
    client.list_strangers()
assert "acme_client.strangers" in sys.modules
assert "acme_client.parcels" not in sys.modules
"""
    subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": str(root / "generated/acme")},
        check=True,
    )


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("acme_client/parcels.py", '"/parcels/{parcel_id}"', '"/parcel/{parcel_id}"'),
        ("acme_client/parcels.py", "rt.chars(0, 20)", "rt.chars(0, 21)"),
        ("acme_client/parcels.py", 'method="PUT"', 'method="POST"'),
        ("acme_client/parcels.py", '"404"', '"405"'),
        ("acme_client/parcels.py", '"status"', '"state"'),
        ("acme_client/client.py", "X-Client-Key", "X-Client"),
    ],
)
def test_generated_tests_assert_something(
    tmp_path: Path, file: str, before: str, after: str
) -> None:
    root = workspace(tmp_path, {"api": API, "parcels": PARCELS})
    assert generate(root) == 0
    path = root / "generated/acme" / file
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")
    run = [sys.executable, "-m", "pytest", "-qx", "-p", "no:cacheprovider", "tests"]
    assert subprocess.run(run, cwd=root / "generated/acme", check=False).returncode == 1


def _drip(server: socket.socket) -> None:
    try:
        connection, _ = server.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
            while True:
                connection.sendall(b" ")
                time.sleep(0.05)
    except OSError:
        return


def test_a_drip_of_bytes_holds_no_caller(acme: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_drip, args=[server], daemon=True).start()
        base = f"http://127.0.0.1:{server.getsockname()[1]}"
        start = time.monotonic()
        with (
            acme.Acme(**KEYS, base_url=base, timeout=0.5) as client,
            pytest.raises(acme.CallTimeout),
        ):
            client.get_parcel("p-1")
        assert time.monotonic() - start < 20


@pytest.mark.parametrize("wait", [0.2, 0.25, 0.3, 0.35, 0.4])
def test_a_kill_leaves_no_mixture(tmp_path: Path, wait: float) -> None:
    root = workspace(tmp_path, {"api": API, "parcels": PARCELS})
    assert generate(root) == 0
    old = tree(root / "generated/acme")
    write(root, {"strangers": STRANGERS})
    run = subprocess.Popen([sys.executable, "-m", "truecopy", "generate"], cwd=root)
    time.sleep(wait)
    run.send_signal(signal.SIGKILL)
    run.wait()
    left = tree(root / "generated/acme")
    assert generate(root) == 0
    assert left in (old, tree(root / "generated/acme"))
    assert [path.name for path in (root / "generated").iterdir()] == ["acme"]


def test_a_link_in_the_output_is_not_followed(tmp_path: Path) -> None:
    root = workspace(tmp_path / "root", {"api": API, "parcels": PARCELS})
    assert generate(root) == 0
    outside = tmp_path / "outside.py"
    outside.write_text("mine", "utf-8")
    module = root / "generated/acme/acme_client/parcels.py"
    module.unlink()
    module.symlink_to(outside)
    write(root, {"strangers": STRANGERS})
    assert generate(root) == 1
    assert outside.read_text("utf-8") == "mine"


_TEXT = st.text(
    st.characters(codec="utf-8") | st.sampled_from("\"'\\{}%#`\n\r\t\0$]"), max_size=12
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(wire=_TEXT.filter(bool), path=_TEXT, prose=_TEXT)
def test_what_is_accepted_compiles_and_keeps_its_names(
    acme: Any,
    tmp_path_factory: pytest.TempPathFactory,
    wire: str,
    path: str,
    prose: str,
) -> None:
    root = tmp_path_factory.mktemp("hostile")
    document: dict[str, Any] = {
        "document": {"title": prose or "-"},
        "operations": {
            "send": {
                "method": "POST",
                "path": f"/{path}",
                "description": prose or "-",
                "request": {
                    "properties": {"one": {"name": wire, "type": "string"}},
                },
                "responses": {"204": {"content": {}}},
            }
        },
    }
    workspace(root, {"api": API, "send": yaml.safe_dump(document, allow_unicode=True)})
    if generate(root):
        assert not (root / "generated/acme").exists()
        return
    module = root / "generated/acme/acme_client/send.py"
    # In the package that the first of these tests made, whose runtime is the same.
    names: dict[str, Any] = {"__name__": f"{acme.__name__}.parcels"}
    names["__package__"] = acme.__name__
    exec(compile(module.read_text("utf-8"), "send.py", "exec"), names)
    fields = names["SendRequest"].__struct_encode_fields__
    assert fields == (wire,)
    assert names["SEND"].path == f"/{path}"


@pytest.mark.parametrize(
    ("document", "rule"),
    [
        (STRANGERS + "document: {title: Again}\n", "yaml-duplicate-key"),
        (STRANGERS + "x: &a [*a, *a]\n", "yaml-anchor"),
        (
            STRANGERS.replace("{type: string}", '{$ref: "file:///etc/passwd"}'),
            "schema-additionalProperties",
        ),
        (
            STRANGERS.replace("{type: string}", '{type: "http://10.0.0.1/x"}'),
            "schema-pattern",
        ),
    ],
)
def test_yaml_holds_no_surprise(tmp_path: Path, document: str, rule: str) -> None:
    root = workspace(tmp_path, {"api": API, "strangers": document})
    done = truecopy(root, "check", "--format", "json")
    assert done.returncode == 1
    assert f'"{rule}"' in done.stdout.decode()


def test_no_is_a_word(tmp_path: Path) -> None:
    words = STRANGERS.replace("type: string", "type: string, enum: [NO, SE, on, y]")
    root = workspace(tmp_path, {"api": API, "strangers": words})
    assert generate(root) == 0
    text = (root / "generated/acme/acme_client/strangers.py").read_text("utf-8")
    assert 'Literal["NO", "SE", "on", "y"]' in text
