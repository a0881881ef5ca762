"""The formats that a spec may name, and whether a value has one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from truecopy.records import record

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER_LIMITS = {"int32": 2**31, "int64": 2**63}


@record
class Format:
    """The types that may have it, what it is in words, and the test of a text."""

    types: tuple[str, ...]
    words: str
    test: Callable[[str], bool]


def fits(name: str, text: str) -> bool:
    """Whether a text has a format; an unknown format refuses nothing."""
    known = FORMATS.get(name)
    return known is None or known.test(text)


def fits_number(name: str, number: int | float) -> bool:
    """Whether a number has a format."""
    limit = _NUMBER_LIMITS.get(name)
    return limit is None or (-limit <= number < limit and number == int(number))


def wanted(name: str) -> str:
    """A format in words."""
    known = FORMATS.get(name)
    return known.words if known else f"of the format {name}"


def is_date(text: str) -> bool:
    """Whether a text is a day of the calendar, as RFC 3339 writes it."""
    if not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


_HOUR, _SECOND = r"([01]\d|2[0-3]):[0-5]\d", r":([0-5]\d|60)(\.\d+)?"
_OFFSET = r"([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)"
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"


def _matching(pattern: str) -> Callable[[str], bool]:
    # Compiled when it is first asked for: few specs name more than a few formats.
    return lambda text: re.fullmatch(pattern, text, re.ASCII) is not None


_clock = _matching(rf"[Tt ]{_HOUR}{_SECOND}{_OFFSET}")


def _date_time(text: str) -> bool:
    """RFC 3339; a blank may stand for the T (section 5.6)."""
    return is_date(text[:10]) and _clock(text[10:])


def _address(version: int) -> Callable[[str], bool]:
    def test(text: str) -> bool:
        import ipaddress

        try:
            return "%" not in text and ipaddress.ip_address(text).version == version
        except ValueError:
            return False

    return test


def _whole(name: str) -> Callable[[str], bool]:
    def test(text: str) -> bool:
        return re.fullmatch(r"-?[0-9]{1,20}", text) is not None and fits_number(
            name, int(text)
        )

    return test


def _anything(_text: str) -> bool:
    return True


_STRING = ("string",)
_DURATION = (
    r"P(?=[\dT])(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?"
)
_EMAIL = r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f.][^@\s\x00-\x1f]{0,254}"
_URI = r"[A-Za-z][A-Za-z0-9+.-]*:[!#-;=?-\[\]_a-z~$%]+"
_BASE64 = r"([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"

FORMATS: Mapping[str, Format] = {
    "date": Format(_STRING, "a date such as 2026-01-31", is_date),
    "date-time": Format(
        _STRING,
        "a time as RFC 3339 writes it, such as 2026-01-31T12:30:00Z",
        _date_time,
    ),
    "time": Format(
        _STRING,
        "a time of day such as 12:30:00",
        _matching(rf"{_HOUR}({_SECOND})?{_OFFSET}?"),
    ),
    "duration": Format(_STRING, "a duration such as PT30M", _matching(_DURATION)),
    "uuid": Format(
        _STRING,
        "a UUID",
        _matching(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
    ),
    "ulid": Format(
        _STRING,
        "a ULID (26 characters of Crockford's base 32)",
        _matching(r"[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}"),
    ),
    "email": Format(_STRING, "an email address", _matching(_EMAIL)),
    "uri": Format(_STRING, "an absolute URI", _matching(_URI)),
    "hostname": Format(
        _STRING,
        "a host name",
        _matching(rf"(?=.{{1,253}}\Z){_LABEL}(\.{_LABEL})*"),
    ),
    "ipv4": Format(_STRING, "an IPv4 address", _address(4)),
    "ipv6": Format(_STRING, "an IPv6 address", _address(6)),
    "decimal": Format(
        ("string", "number"),
        "a decimal number such as 12.50",
        _matching(r"[-+]?[0-9]+(?:\.[0-9]+)?"),
    ),
    "byte": Format(_STRING, "base64", _matching(_BASE64)),
    "binary": Format(_STRING, "bytes", _anything),
    "int32": Format(
        ("integer", "number"), "a whole number of 32 bits", _whole("int32")
    ),
    "int64": Format(
        ("integer", "number", "string"), "a whole number of 64 bits", _whole("int64")
    ),
    "unixtime": Format(
        ("integer", "number", "string"),
        "a number of seconds since 1970",
        _matching(r"-?[0-9]+(?:\.[0-9]+)?"),
    ),
    "float": Format(("number",), "a number", _anything),
    "double": Format(("number",), "a number", _anything),
    "country-code": Format(
        _STRING,
        "a country code such as NO (ISO 3166)",
        _matching(r"[A-Z]{2,3}|[a-z]{2,3}"),
    ),
    "currency-code": Format(
        _STRING,
        "a currency code such as NOK (ISO 4217)",
        _matching(r"[A-Z]{3}|[a-z]{3}"),
    ),
    "language-code": Format(
        _STRING,
        "a language code such as en or en-GB (BCP 47)",
        _matching(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*"),
    ),
}
