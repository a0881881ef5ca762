"""Many callers at once against a server that fails one request in five."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

import asyncio
import gc
import os
import threading
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import _runtime as rt
import msgspec

from faults.calls import GET, KEY, KEYED, POST, Sent, Thing
from faults.server import Peer, Server


class Vendor:
    """Performs writes and notes how often, and fails in five ways: before it performs
    a write and after it, with a status and with a reset."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.numbers = count(1)
        self.performed: Counter[str] = Counter()
        self.keys: dict[str, str] = {}
        self.arrived = 0

    def __call__(self, peer: Peer) -> None:
        peer.read()
        peer.server.received.clear()
        with self.lock:
            number = next(self.numbers)
            self.arrived += 1
        write = peer.request.method == "POST"
        name = msgspec.json.decode(peer.request.body, type=Sent).text if write else "-"
        fault = (number // 5) % 5 if number % 5 == 0 else None
        if fault == 0:
            return peer.answer(b"{}", b"503 Service Unavailable")
        if fault == 1:
            peer.reset()
        if fault == 2:
            return peer.answer(b"{}", b"429 Too Many Requests", b"Retry-After: 0")
        if write:
            self.perform(name, peer.request.headers.get(KEY.lower()))
        if fault == 3:
            peer.reset()
        if fault == 4:
            return peer.answer(b"{}", b"502 Bad Gateway")
        return peer.answer(msgspec.json.encode(Thing(id=name, n=1.0)))

    def perform(self, name: str, key: str | None) -> None:
        with self.lock:
            if key is not None:
                assert self.keys.setdefault(key, name) == name
                if self.performed[name]:
                    return
            self.performed[name] += 1


@dataclass
class Report:
    """What all callers and the server have seen together."""

    calls: int
    outcomes: Counter[str] = field(default_factory=Counter[str])
    answered: set[str] = field(default_factory=set[str])  # writes
    attempts: int = 0
    arrived: int = 0
    crossed: int = 0  # answers that were another call's
    doubled: int = 0  # writes that were performed twice
    unheard: int = 0  # writes that were answered and not performed
    sockets: int = 0  # open at the end, over those at the beginning
    grown: int = 0  # objects of the second half over those of the first


def threads(calls: int, callers: int = 50) -> Report:
    """The sync client, shared by threads."""
    report, attempts = Report(calls), count(1)

    def counted(request: rt.Request, call_next: Callable[[rt.Request], Any], /) -> Any:
        next(attempts)
        return call_next(request)

    with served(report) as (url, halves):
        config = configured(url)
        with rt.Client(config, None, [counted]) as client:

            def call(number: int) -> None:
                with outcome(report, number) as (operation, name, body):
                    check(
                        report,
                        name,
                        client._send(operation, rt.build(operation, (), body)),
                    )

            with ThreadPoolExecutor(callers) as pool:
                for half in halves:
                    list(pool.map(call, half))
                    remember(report)
    report.attempts = next(attempts) - 1
    return report


def tasks(calls: int, callers: int = 500) -> Report:
    """The async client, shared by tasks."""
    report, attempts = Report(calls), count(1)

    def counted(request: rt.Request, call_next: Callable[[rt.Request], Any], /) -> Any:
        next(attempts)
        return call_next(request)

    async def run(url: str, halves: list[range]) -> None:
        async with rt.AsyncClient(configured(url), None, [counted]) as client:

            async def work(numbers: Iterator[int]) -> None:
                for number in numbers:
                    with outcome(report, number) as (operation, name, body):
                        request = rt.build(operation, (), body)
                        check(report, name, await client._send(operation, request))

            for half in halves:
                numbers = iter(half)
                await asyncio.gather(*(work(numbers) for _ in range(callers)))
                remember(report)

    with served(report) as (url, halves):
        asyncio.run(run(url, halves))
    report.attempts = next(attempts) - 1
    return report


def configured(url: str) -> rt.Config:
    return rt.Config(
        package="acme_client",
        servers={},
        server="",
        base_url=url,
        schemes={"token": rt.Bearer("token")},
        credentials={"token": "t"},
    )


@contextmanager
def served(report: Report) -> Generator[tuple[str, list[range]]]:
    """A server, and the calls in two halves; afterwards what it has seen."""
    vendor, before = Vendor(), open_files()
    halves = [range(report.calls // 2), range(report.calls // 2, report.calls)]
    with Server(vendor) as server:
        yield server.url, halves
        assert server.all_closed()
    report.sockets = open_files() - before
    report.arrived = vendor.arrived
    report.doubled = sum(each > 1 for each in vendor.performed.values())
    report.unheard = sum(not vendor.performed[name] for name in report.answered)


@contextmanager
def outcome(
    report: Report, number: int
) -> Generator[tuple[rt.Operation[Any], str, object]]:
    """A call to make, and what became of it."""
    operation = (GET, POST, KEYED)[number % 3]
    name = "-" if operation is GET else f"w{number}"
    body = rt.UNSET if operation is GET else Sent(text=name)
    try:
        yield operation, name, body
    except rt.APIError as error:
        report.outcomes[type(error).__name__] += 1
    else:
        report.outcomes["200"] += 1


def check(report: Report, name: str, answer: rt.Response[Any]) -> None:
    report.crossed += answer.data.id != name
    if name != "-":
        report.answered.add(name)


def remember(report: Report) -> None:
    """How many objects of the client are held after a half."""
    gc.collect()
    own = {"_runtime", "httpcore2", "h11", "anyio"}
    held = sum(
        str(type(o).__module__).partition(".")[0] in own for o in gc.get_objects()
    )
    report.grown = held - report.grown


def open_files() -> int:
    """File descriptors of this process, sockets among them."""
    folder = "/proc/self/fd" if os.path.isdir("/proc/self/fd") else "/dev/fd"
    return len(os.listdir(folder))
