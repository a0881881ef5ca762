"""A client that fetches its tokens, as a caller meets it: ids and secret in, calls with a token out."""

from __future__ import annotations

import asyncio
import importlib
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from workspaces import generate, write

API = """
title: Zeta
servers: {live: {url: https://api.zeta.example}}
security:
  login:
    type: oauth2
    flow: clientCredentials
    token_url: https://auth.zeta.example/token
    token_endpoint_auth_method: client_secret_post
    scopes: {read: Read., write: Write.}
"""
DOCUMENT = """
document: {title: Parcels}
operations:
  list_parcels: {method: GET, path: /parcels, responses: {204: {description: None.}}}
  move_parcel:
    method: POST
    path: /parcels
    security_requirements: [{login: [read, write]}]
    responses: {204: {description: Moved.}}
"""


@pytest.fixture(scope="module")
def zeta(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    root = tmp_path_factory.mktemp("oauth")
    write(root, {"api": API, "parcels": DOCUMENT}, "zeta")
    assert generate(root) == 0
    sys.path.insert(0, str(root / "generated/zeta"))
    yield importlib.import_module("zeta_client")
    sys.path.remove(str(root / "generated/zeta"))


class Vendor:
    """Answers calls, and gives token after token; keeps what it was sent."""

    def __init__(self) -> None:
        self.raw = importlib.import_module("zeta_client._runtime").RawResponse
        self.tokens: list[bytes] = []
        self.calls: list[tuple[str, str]] = []

    def answer(self, request: Any) -> Any:
        if request.url == "https://auth.zeta.example/token":
            self.tokens.append(request.body)
            body = b'{"access_token":"t%d","token_type":"Bearer"}' % len(self.tokens)
            headers = type(request.headers)({"Content-Type": "application/json"})
            return self.raw(200, headers, body)
        self.calls.append((request.operation, request.headers["Authorization"]))
        return self.raw(204)


class Sync(Vendor):
    def send(self, request: Any, timeout: float) -> Any:
        del timeout
        return self.answer(request)


class Async(Vendor):
    async def send(self, request: Any, timeout: float) -> Any:
        del timeout
        return self.answer(request)


def called(zeta: Any, asynchronous: bool, **given: str) -> Vendor:
    """Three calls of two operations."""
    if not asynchronous:
        vendor: Vendor = Sync()
        with zeta.Zeta(**given, transport=vendor) as client:
            for method in (
                client.list_parcels,
                client.move_parcel,
                client.list_parcels,
            ):
                method()
        return vendor
    vendor = Async()

    async def run() -> None:
        async with zeta.AsyncZeta(**given, transport=vendor) as client:
            for method in (
                client.list_parcels,
                client.move_parcel,
                client.list_parcels,
            ):
                await method()

    asyncio.run(run())
    return vendor


@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_token_is_fetched_for_the_scopes_that_are_needed(
    zeta: Any, asynchronous: bool
) -> None:
    vendor = called(zeta, asynchronous, client_id="id 1", client_secret="secret&1")
    who = b"client_id=id%201&client_secret=secret%261"
    assert vendor.tokens == [
        b"grant_type=client_credentials&" + who,
        b"grant_type=client_credentials&scope=read%20write&" + who,
    ]
    assert vendor.calls == [
        ("list_parcels", "Bearer t1"),
        ("move_parcel", "Bearer t2"),
        ("list_parcels", "Bearer t1"),
    ]


@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_token_that_is_given_is_sent(zeta: Any, asynchronous: bool) -> None:
    vendor = called(zeta, asynchronous, token="mine", client_id="id", client_secret="s")
    assert vendor.tokens == []
    assert {header for _, header in vendor.calls} == {"Bearer mine"}


def test_neither_is_said_before_anything_is_sent(zeta: Any) -> None:
    vendor = Sync()
    client = zeta.Zeta(client_id="id", transport=vendor)
    with pytest.raises(zeta.CredentialsMissing, match="token, or client_id and"):
        client.list_parcels()
    assert vendor.calls == []


def test_from_env(zeta: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZETA_CLIENT_ID", "id")
    monkeypatch.setenv("ZETA_CLIENT_SECRET", "secret")
    vendor = Sync()
    with zeta.Zeta.from_env(transport=vendor) as client:
        client.list_parcels()
    assert vendor.calls == [("list_parcels", "Bearer t1")]
