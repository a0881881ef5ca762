"""One client that makes the same call again and again; client.py runs each in a process of its own.

python bench/callers.py NAME PORT CALLS prints a JSON object with microseconds: `cpu` and `wall` for each call, and, where
the client has models of its own, `encode` and `decode`, and of msgspec beside them.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any

SENT: dict[str, object] = {
    "city_name": "Oslo",
    "street_name": "Storgata",
    "note_name": "leave at the door",
    "label_name": "home",
    "owner_name": None,
    "city_code": "0155",
    "street_code": "301-17",
    "note_code": "door",
    "label_code": "h-1",
    "owner_code": "o-77",
    "status": "open",
    "amount": 120,
    "weight": 2.5,
    "fragile": True,
    "due_at": "2026-01-31T12:30:00Z",
    "email": "ann@acme.example",
    "tags": ["blue", "large"],
    "position": {"lat": 59.91, "lng": 10.75},
}
_TEXT = "Storgata 15, 0155 Oslo"
_ADDED = {
    "id": "a-1",
    "city_text": _TEXT,
    "street_text": _TEXT,
    "created_at": "2026-01-31T12:30:00Z",
    "updated_at": None,
    "revision": 3,
    "archived": False,
    # Members that the document does not know, as answers in use have them.
    "links": {f"link_{n}": "https://api.synthetic.example/v1/a-1" for n in range(10)},
}
ANSWER = json.dumps({**SENT, **_ADDED}, separators=(",", ":")).encode()
WARM_UP = 100

Once = Callable[[], object]
AsyncOnce = Callable[[], Awaitable[object]]


def main() -> None:
    """Prints the figures of one client."""
    name, port, calls = sys.argv[1], sys.argv[2], int(sys.argv[3])
    base = f"http://127.0.0.1:{port}/v1"
    if name in ASYNC:
        figures = asyncio.run(_run_async(ASYNC[name], base, calls))
    else:
        figures = _timed(SYNC[name](base), calls)
    codec = CODECS.get(name)
    if codec is not None:
        for what, once in codec().items():
            figures[what] = _timed(once, 20_000)["cpu"]
    print(json.dumps(figures))


def _timed(once: Once, calls: int) -> dict[str, float]:
    for _ in range(WARM_UP):
        once()
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(calls):
        once()
    return _each(cpu, wall, calls)


async def _run_async(
    make: Callable[[str], AsyncOnce], base: str, calls: int
) -> dict[str, float]:
    once = make(base)
    for _ in range(WARM_UP):
        await once()
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(calls):
        await once()
    return _each(cpu, wall, calls)


def _each(cpu: float, wall: float, calls: int) -> dict[str, float]:
    return {
        "cpu": (time.process_time() - cpu) / calls * 1e6,
        "wall": (time.perf_counter() - wall) / calls * 1e6,
    }


# What is measured is generated when the bench runs, so no type checker can see it.


def _load(name: str) -> Any:
    return import_module(name)


# --- truecopy: the package that `truecopy generate` makes ------------------------------

_OPERATION = "synthetic_client.update_parcel_00000"


def _position() -> Any:
    return _load(_OPERATION).UpdateParcel00000RequestPosition(lat=59.91, lng=10.75)


def _truecopy(base: str) -> Once:
    client = _load("synthetic_client").Synthetic(token="t-1", base_url=base)
    arguments = {**SENT, "position": _position(), "include": "owner", "limit": 5}
    call = client.update_parcel_00000
    return lambda: call("a-1", **arguments).data.city_name


def _truecopy_async(base: str) -> AsyncOnce:
    client = _load("synthetic_client").AsyncSynthetic(token="t-1", base_url=base)
    arguments = {**SENT, "position": _position(), "include": "owner", "limit": 5}
    call = client.update_parcel_00000

    async def once() -> object:
        return (await call("a-1", **arguments)).data.city_name

    return once


def _truecopy_codec() -> dict[str, Once]:
    rt = _load("synthetic_client._runtime")
    operation = _load(_OPERATION).UPDATE_PARCEL_00000
    headers = rt.Headers([("content-type", "application/json")])
    answer = rt.RawResponse(200, headers, ANSWER)
    encoder, decoder, sent = _bare_models()
    values = ("a-1", "owner", 5)
    return {
        "prepare": lambda: rt.build(operation, values, sent, True),
        "read": lambda: rt.read(operation, answer),
        "bare_encode": lambda: encoder.encode(sent),
        "bare_decode": lambda: decoder.decode(ANSWER),
    }


# --- bare httpx2 with msgspec: what a careful person writes for one call ---------------

_HEADERS = {"authorization": "Bearer t-1", "content-type": "application/json"}
_QUERY = {"include": "owner", "limit": "5"}


def _bare_models() -> tuple[Any, Any, Any]:
    json_, module = _load("msgspec.json"), _load(_OPERATION)
    sent = module.UpdateParcel00000Request(**SENT | {"position": _position()})
    return json_.Encoder(), json_.Decoder(module.UpdateParcel00000OKResponse), sent


def _bare(base: str) -> Once:
    client = _load("httpx2").Client(base_url=base)
    encoder, decoder, sent = _bare_models()

    def once() -> object:
        body = encoder.encode(sent)
        answer = client.put(
            "/parcel-00000/a-1", params=_QUERY, content=body, headers=_HEADERS
        )
        answer.raise_for_status()
        return decoder.decode(answer.content).city_name

    return once


def _bare_async(base: str) -> AsyncOnce:
    client = _load("httpx2").AsyncClient(base_url=base)
    encoder, decoder, sent = _bare_models()

    async def once() -> object:
        body = encoder.encode(sent)
        answer = await client.put(
            "/parcel-00000/a-1", params=_QUERY, content=body, headers=_HEADERS
        )
        answer.raise_for_status()
        return decoder.decode(answer.content).city_name

    return once


# --- openapi-python-client -------------------------------------------------------------


def _opc_call(base: str, function: str) -> Callable[[], Any]:
    models = _load("synthetic_client.models")
    arguments = {
        "client": _load("synthetic_client").AuthenticatedClient(base, token="t-1"),
        "body": models.UpdateParcel00000Body.from_dict(dict(SENT)),
        "include": models.UpdateParcel00000Include("owner"),
        "limit": 5,
    }
    module = _load("synthetic_client.api.update_parcel_00000.update_parcel_00000")
    call = getattr(module, function)
    return lambda: call("a-1", **arguments)


def _opc(base: str) -> Once:
    call = _opc_call(base, "sync")
    return lambda: call().city_name


def _opc_async(base: str) -> AsyncOnce:
    call = _opc_call(base, "asyncio")

    async def once() -> object:
        return (await call()).city_name

    return once


def _opc_codec() -> dict[str, Once]:
    models = _load("synthetic_client.models")
    body = models.UpdateParcel00000Body.from_dict(dict(SENT))
    read = models.UpdateParcel00000Response200.from_dict
    return {
        "encode": lambda: json.dumps(body.to_dict()).encode(),
        "decode": lambda: read(json.loads(ANSWER)),
    }


# --- openapi-generator, Python ---------------------------------------------------------


def _oag(base: str) -> Once:
    package = _load("synthetic_api")
    settings = package.Configuration(host=base, access_token="t-1")
    call = package.UpdateParcel00000Api(package.ApiClient(settings)).update_parcel00000
    arguments = {
        "include": "owner",
        "limit": 5,
        "update_parcel00000_request": package.UpdateParcel00000Request.from_dict(SENT),
    }
    return lambda: call("a-1", **arguments).city_name


def _oag_codec() -> dict[str, Once]:
    package = _load("synthetic_api")
    body = package.UpdateParcel00000Request.from_dict(SENT)
    read = package.UpdateParcel00000200Response.from_json
    text = ANSWER.decode()
    return {"encode": lambda: body.to_json(), "decode": lambda: read(text)}


SYNC: dict[str, Callable[[str], Once]] = {
    "truecopy": _truecopy,
    "httpx2 + msgspec": _bare,
    "openapi-python-client": _opc,
    "openapi-generator": _oag,
}
ASYNC: dict[str, Callable[[str], AsyncOnce]] = {
    "truecopy, async": _truecopy_async,
    "httpx2 + msgspec, async": _bare_async,
    "openapi-python-client, async": _opc_async,
}
CODECS: dict[str, Callable[[], dict[str, Once]]] = {
    "truecopy": _truecopy_codec,
    "openapi-python-client": _opc_codec,
    "openapi-generator": _oag_codec,
}

if __name__ == "__main__":
    main()
