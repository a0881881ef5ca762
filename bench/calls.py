"""What a call costs in CPU time, beside a bare httpx2 client with msgspec, on loopback.

python bench/calls.py [--calls 200] [--rounds 25]
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import socket
import statistics
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parents[1] / "generated" / "payiano"))

import httpx2
import msgspec
from measuring import table, verdict
from payiano_client import AsyncPayiano, Payiano
from payiano_client.update_customer_address import UpdateCustomerAddressOKResponse

BUDGET = 0.85
ID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
CITY: dict[str, Any] = {
    "city": "Cairo",
    "line_one": "7th Makram Ebid, Nasr City",
    "zip_code": "11321",
}
ADDRESS = {
    "id": ID,
    "type": "billing_address",
    "country_code": "EG",
    "is_default": True,
    "reference_id": None,
    **CITY,
    "line_two": "x" * 500,
    **dict.fromkeys(("state", "phone_number", "landline_number", "fax_number"), "1"),
    **dict.fromkeys(("first_name", "last_name", "note", "deleted_at"), None),
    "location": {"lat": 21.32, "lng": 12.63},
    "customer_id": ID,
    "country": dict.fromkeys(
        ("name", "flag", "lang", "code", "dial_code", "currency_code"), "x"
    ),
    "is_deleted": False,
    "created_at": "1722572118554",
    "updated_at": "1722572118554",
}


def main() -> None:
    """Prints the CPU time of a call, made with either client and with httpx2's."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=200)
    parser.add_argument(
        "--rounds", type=int, default=25, help="rounds of which the median counts"
    )
    arguments = parser.parse_args()
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    url = f"http://127.0.0.1:{ours.recv()}"
    rows: list[dict[str, str]] = []
    for name, compare in (("sync", synchronous), ("async", asynchronous)):
        pairs = [compare(url, arguments.calls) for _ in range(arguments.rounds)]
        bare, client = (statistics.median(each) for each in zip(*pairs, strict=True))
        ratio = statistics.median(b / a for a, b in pairs)
        rows.append(
            {
                "client": name,
                "httpx2 and msgspec, us": f"{bare * 1e6:.0f}",
                "generated, us": f"{client * 1e6:.0f}",
                "ratio": f"{ratio:.2f}",
                "budget": f"{BUDGET}",
                "": verdict(ratio, BUDGET),
            }
        )
    table("CPU time of a call on a connection that is kept", rows)
    server.terminate()


def synchronous(url: str, calls: int) -> tuple[float, float]:
    """CPU seconds per call: httpx2's client, the generated one."""
    headers = {"Authorization": "Bearer t", "Content-Type": "application/json"}
    target = f"{url}/client/customer_addresses/{ID}"
    with httpx2.Client() as bare, Payiano(token="t", base_url=url) as client:

        def put() -> None:
            body = msgspec.json.encode(CITY)
            answer = bare.put(target, content=body, headers=headers)
            answer.raise_for_status()
            msgspec.json.decode(answer.content, type=UpdateCustomerAddressOKResponse)

        def call() -> None:
            assert not client.update_customer_address(ID, **CITY).mismatches

        return cost(put, calls), cost(call, calls)


def cost(once: Callable[[], None], calls: int) -> float:
    for _ in range(20):
        once()
    start = time.process_time()
    for _ in range(calls):
        once()
    return (time.process_time() - start) / calls


def asynchronous(url: str, calls: int) -> tuple[float, float]:
    """The same for the async ones."""
    headers = {"Authorization": "Bearer t", "Content-Type": "application/json"}
    target = f"{url}/client/customer_addresses/{ID}"

    async def compare() -> tuple[float, float]:
        async with (
            httpx2.AsyncClient() as bare,
            AsyncPayiano(token="t", base_url=url) as client,
        ):

            async def put() -> None:
                body = msgspec.json.encode(CITY)
                answer = await bare.put(target, content=body, headers=headers)
                answer.raise_for_status()
                msgspec.json.decode(
                    answer.content, type=UpdateCustomerAddressOKResponse
                )

            async def call() -> None:
                answer = await client.update_customer_address(ID, **CITY)
                assert not answer.mismatches

            return await async_cost(put, calls), await async_cost(call, calls)

    return asyncio.run(compare())


async def async_cost(once: Callable[[], Awaitable[None]], calls: int) -> float:
    for _ in range(20):
        await once()
    start = time.process_time()
    for _ in range(calls):
        await once()
    return (time.process_time() - start) / calls


def serve(pipe: Connection) -> None:
    """Answers every request with the same bytes, in a process of its own."""
    body = msgspec.json.encode({"customer_address": ADDRESS})
    head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
    answer = f"{head}{len(body)}\r\n\r\n".encode() + body
    with socket.create_server(("127.0.0.1", 0)) as listener:
        pipe.send(listener.getsockname()[1])
        while True:
            sock, _ = listener.accept()
            threading.Thread(
                target=answer_all, args=(sock, answer), daemon=True
            ).start()


def answer_all(sock: socket.socket, answer: bytes) -> None:
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    seen = b""
    while data := sock.recv(65536):
        seen += data
        head, found, rest = seen.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        if found and len(rest) >= int(length or b"0"):
            sock.sendall(answer)
            seen = b""


if __name__ == "__main__":
    main()
