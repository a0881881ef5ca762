"""A format means the same to `check` and to the client."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import _runtime as rt
import pytest
from truecopy.formats import FORMATS, fits, fits_number

DAY, ULID = "2026-01-31", "01ARZ3NDEKTSV4RRFFQ69G5FAV"
UUID = "7f0c1d2e-3b4a-4c5d-8e6f-0a1b2c3d4e5f"

# Of each format: texts that have it, texts that have not.
TEXTS: dict[str, tuple[list[str], list[str]]] = {
    "date": (
        [DAY, "2024-02-29"],
        ["2026-02-30", "2026-1-31", "20260131", f"{DAY}T", "\u0662026-01-31", ""],
    ),
    "date-time": (
        [f"{DAY}T12:30:00Z", f"{DAY}t12:30:60.5z", f"{DAY} 12:30:00-07:30"],
        [f"{DAY}T12:30:00", f"{DAY}T24:00:00Z", f"{DAY}T12:30Z", DAY, ""],
    ),
    "time": (
        ["12:30", "12:30:00", "12:30:00.25Z", "23:59:60+01:00", "12:30-07:00"],
        ["24:00", "12", "12:60", "12:30:61", "12:30:00.", "\u0661\u0662:30", ""],
    ),
    "duration": (
        ["P1D", "PT30M", "P1Y2M3W4DT5H6M7.5S", "P0D"],
        ["P", "PT", "P1", "1D", "PT1", "P1DT", "P\u0661D", ""],
    ),
    "uuid": ([UUID, UUID.upper()], [UUID[:-1], UUID.replace("-", ""), f"{{{UUID}}}"]),
    "ulid": ([ULID, ULID.lower()], ["8" + ULID[1:], ULID[:-1], ULID[:-1] + "U"]),
    "email": (
        ["ann@acme.example", "a+b@c", "\u00e9@acme.example"],
        ["ann", "ann@", "@acme", "a b@c", "a@b@c", "a@.b", "a\n@b", "a" * 65 + "@b"],
    ),
    "uri": (
        ["https://acme.example/a?b=c#d", "urn:a", "mailto:ann@acme.example"],
        ["/a", "https:", "1a:b", "a:b c", "a:<b>", "a:{b}", "a:\u00e9", ""],
    ),
    "hostname": (
        ["acme.example", "a", "1-2.a"],
        ["acme.example.", "-a", "a-", "a..b", "a_b", "a" * 64, ".a", ""],
    ),
    "ipv4": (["192.0.2.1"], ["192.0.2", "192.0.2.256", "192.0.2.01", "2001:db8::1"]),
    "ipv6": (
        ["2001:db8::1", "::", "::ffff:192.0.2.1"],
        ["2001:db8", "fe80::1%eth0", "192.0.2.1", ":::", ""],
    ),
    "decimal": (
        ["12.50", "-1", "+0.5", "007"],
        ["1.", ".5", "1e3", "1,5", "\u0661", "NaN", ""],
    ),
    "unixtime": (
        ["1769860800", "-1", "1769860800.25"],
        ["+1", "1.", "1e9", "\u0661", ""],
    ),
    "byte": (["", "YWE=", "YQ==", "YWFh", "+/+/"], ["YWE", "YQ=", "Y-_=", "YQ==YQ=="]),
    "country-code": (["NO", "no", "NOR", "nor"], ["No", "N", "NORW", "N0", "\u00c5L"]),
    "currency-code": (["NOK", "nok"], ["Nok", "NO", "NOKK", "N0K"]),
    "language-code": (
        ["en", "en-GB", "nb_NO", "zh-Hant-TW", "EN"],
        ["e", "en-", "-GB", "en--GB", "en-\u00e9", "1n", ""],
    ),
    "int64": (
        ["0", "-1", str(2**63 - 1), str(-(2**63))],
        [str(2**63), str(-(2**63) - 1), "1.0", "+1", "1e3", "\u0661", ""],
    ),
    "binary": (["", "\0\u00e9"], []),
}
NUMBERS: dict[str, tuple[list[float], list[float]]] = {
    "int32": ([0, 2**31 - 1, -(2**31), 1.0], [2**31, -(2**31) - 1, 1.5]),
    "int64": ([0, 2**63 - 1, -(2**63)], [2**63, -(2**63) - 1, 0.5]),
    "float": ([0, 1.5, 2**70], []),
    "double": ([0, 1.5, 2**70], []),
}


def _sent(type_: Any, value: object) -> bool:
    """Whether the client sends a value."""
    found: list[rt.Violation] = []
    rt._check(rt._shape(type_), value, "value", found)
    return not found


def test_each_format_is_held() -> None:
    assert {*TEXTS, *NUMBERS} == set(FORMATS)


def _rows(
    table: Mapping[str, tuple[Sequence[object], Sequence[object]]],
) -> list[tuple[str, object, bool]]:
    """Name, value, and whether the value has the format."""
    return [
        (name, value, wanted)
        for name, sides in table.items()
        for wanted, values in zip((True, False), sides, strict=True)
        for value in values
    ]


@pytest.mark.parametrize(("name", "text", "wanted"), _rows(TEXTS))
def test_texts(name: str, text: str, wanted: bool) -> None:
    limited = Annotated[str, rt.Limits(format=name)]
    assert (fits(name, text), _sent(limited, text)) == (wanted, wanted)


@pytest.mark.parametrize(("name", "number", "wanted"), _rows(NUMBERS))
def test_numbers(name: str, number: float, wanted: bool) -> None:
    limited = Annotated[float, rt.Limits(format=name)]
    assert (fits_number(name, number), _sent(limited, number)) == (wanted, wanted)
