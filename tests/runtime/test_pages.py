"""Iterators over pages: what is asked for next, when it ends, and what goes wrong."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator, Sequence
from typing import Any, Literal, assert_type

import _runtime as rt
import msgspec
import pytest
from _runtime import UNSET, UnsetType
from hypothesis import given
from hypothesis import strategies as st

from runtime.helpers import AsyncFake, Caller, Fake, violations


class Parcel(rt.Model, kw_only=True):
    id: str


class Listing(rt.Model, kw_only=True):
    data: list[Parcel]


class Parcels(rt.ResponsePage[Listing, Parcel], frozen=True, kw_only=True):
    total: int | None


class Search(rt.Model, kw_only=True):
    text: str
    after: str | UnsetType = msgspec.field(name="search-after", default=UNSET)


def listing(
    style: Literal["cursor", "page", "offset", "link"],
    parameter: str = "",
    following: tuple[str, ...] = (),
    items: tuple[str, ...] = ("data",),
    **more: Any,
) -> rt.Operation[rt.ResponsePage[Any, Any]]:
    first = more.pop("first", None)
    rule = rt.Pagination(style, items, parameter, following, first)
    more.setdefault("method", "GET")
    return rt.Operation(
        name="list",
        path="/parcels",
        parameters=(
            rt.Parameter("cursor", "query", str),
            rt.Parameter("page", "query", int),
            rt.Parameter("size", "query", int),
        ),
        responses={"200": rt.Reply(Listing if items else list[Parcel])},
        pagination=rule,
        **more,
    )


CURSOR = listing("cursor", "query.cursor", ("meta", "next"))
PAGE = listing("page", "query.page")
OFFSET = listing("offset", "query.page")
LINK = listing("link", items=())
URL = listing("link", following=("next",))


def page(*ids: str, link: str | None = None, **more: Any) -> rt.RawResponse:
    fields = {"content-type": "application/json"}
    if link is not None:
        fields["link"] = link
    body = {"data": [{"id": each} for each in ids], **more}
    return rt.RawResponse(200, rt.Headers(fields), json.dumps(body).encode())


def bare(*ids: str, link: str | None = None) -> rt.RawResponse:
    fields = {} if link is None else {"link": link}
    body = json.dumps([{"id": each} for each in ids])
    return rt.RawResponse(200, rt.Headers(fields), body.encode())


class Walks:
    """Walks with either client, and notes where it went."""

    def __init__(self, caller: Caller, *answers: rt.RawResponse | Exception) -> None:
        self.caller, self.transport = caller, caller.prepared(*answers)
        self.config: dict[str, Any] = {"retries": 0}

    def start(
        self,
        operation: rt.Operation[Any],
        values: tuple[object, ...] = (UNSET, UNSET, UNSET),
        body: object = UNSET,
        options: rt.RequestOptions | None = None,
    ) -> Any:
        def method(self: Any) -> Any:
            return self._call(operation, values, body, options)

        client = self.caller.client(self.transport, **self.config)
        make: Any = rt.async_iterated if self.caller.asynchronous else rt.iterated
        return make(method)(client)

    def rest(self, walk: Any) -> list[Any]:
        """What is left of an iterator."""
        if not self.caller.asynchronous:
            return list(walk)

        async def collect() -> list[Any]:
            return [each async for each in walk]

        return asyncio.run(collect())

    def step(self, walk: Any) -> Any:
        if not self.caller.asynchronous:
            return next(walk)

        async def one() -> Any:
            return await anext(walk)

        return asyncio.run(one())

    def ids(self, operation: rt.Operation[Any], *more: Any) -> list[str]:
        return [parcel.id for parcel in self.rest(self.start(operation, *more))]

    @property
    def targets(self) -> list[str]:
        return [request.url.partition(".example")[2] for request in self.transport.sent]


@pytest.mark.parametrize("end", [{}, {"meta": {}}, {"meta": {"next": None}}, {"meta": {"next": ""}}, {"meta": {"next": False}}, {"meta": 1}])  # fmt: skip
def test_cursor_until_there_is_none(caller: Caller, end: dict[str, Any]) -> None:
    pages = page("a", "b", meta={"next": "x y"}), page(meta={"next": "z"})
    walks = Walks(caller, *pages, page("c", **end))
    assert walks.ids(CURSOR, (UNSET, UNSET, 2)) == ["a", "b", "c"]
    sizes = ["/parcels?size=2", "/parcels?cursor=x%20y&size=2"]
    assert walks.targets == [*sizes, "/parcels?cursor=z&size=2"]


def test_cursor_starts_where_the_caller_says(caller: Caller) -> None:
    walks = Walks(caller, page("a"))
    assert walks.ids(CURSOR, ("m", UNSET, UNSET)) == ["a"]
    assert walks.targets == ["/parcels?cursor=m"]


def test_cursor_that_comes_back_is_an_error(caller: Caller) -> None:
    pages = (page(each, meta={"next": each}) for each in "xyx")
    walks = Walks(caller, *pages)
    walk = walks.start(CURSOR)
    assert [walks.step(walk).id for _ in range(3)] == ["x", "y", "x"]
    with pytest.raises(rt.PaginationError, match="followed before") as caught:
        walks.step(walk)
    told = caught.value
    assert (told.operation, told.method, told.path, told.status) == (
        "list", "GET", "/parcels", 200,
    )  # fmt: skip
    assert len(walks.targets) == 3


@pytest.mark.parametrize("mark", [[1], {"a": 1}, True])
def test_cursor_that_is_no_text_is_an_error(caller: Caller, mark: object) -> None:
    walks = Walks(caller, page("a", meta={"next": mark}))
    walk = walks.start(CURSOR)
    walks.step(walk)
    with pytest.raises(rt.PaginationError, match="no text"):
        walks.step(walk)


def test_cursor_goes_into_a_body(caller: Caller) -> None:
    operation = listing(
        "cursor",
        "search-after",
        ("next",),
        method="POST",
        body="application/json",
        body_type=Search,
        idempotency=rt.Idempotency("Key"),
    )
    walks = Walks(caller, page("a", next="n"), page("b"))
    given = rt.RequestOptions(idempotency_key="mine")
    walk = walks.start(operation, (UNSET,) * 3, Search(text="t"), given)
    assert [each.id for each in walks.rest(walk)] == ["a", "b"]
    sent = walks.transport.sent
    assert [request.body for request in sent] == [
        b'{"text":"t"}',
        b'{"text":"t","search-after":"n"}',
    ]
    keys = [request.headers["Key"] for request in sent]
    assert keys[0] == "mine" != keys[1]


@pytest.mark.parametrize(
    ("operation", "given", "expected"),
    [
        (PAGE, UNSET, ["", "?page=2", "?page=3"]),
        (PAGE, 7, ["?page=7", "?page=8", "?page=9"]),
        (listing("page", "query.page", first=0), UNSET, ["", "?page=1", "?page=2"]),
        (OFFSET, UNSET, ["", "?page=2", "?page=3"]),
        (OFFSET, 10, ["?page=10", "?page=12", "?page=13"]),
        (listing("offset", "query.page", first=1), UNSET, ["", "?page=3", "?page=4"]),
    ],
)
def test_counts_until_a_page_is_empty(
    caller: Caller, operation: rt.Operation[Any], given: object, expected: list[str]
) -> None:
    walks = Walks(caller, page("a", "b"), page("c"), page())
    assert walks.ids(operation, (UNSET, given, UNSET)) == ["a", "b", "c"]
    assert walks.targets == [f"/parcels{query}" for query in expected]


class Skipping(rt.Model, kw_only=True):
    skip: int | UnsetType = UNSET


def test_an_offset_in_a_body_goes_on_from_the_one_that_is_given(caller: Caller) -> None:
    operation = listing(
        "offset",
        "skip",
        method="POST",
        body="application/json",
        body_type=Skipping,
    )
    walks = Walks(caller, page("a", "b"), page())
    walk = walks.start(operation, (UNSET,) * 3, Skipping(skip=4))
    assert [each.id for each in walks.rest(walk)] == ["a", "b"]
    bodies = [request.body for request in walks.transport.sent]
    assert bodies == [b'{"skip":4}', b'{"skip":6}']


def test_the_same_page_again_is_an_error(caller: Caller) -> None:
    """A server that knows no page beyond its last would be asked for ever."""
    walks = Walks(caller, page("a"), page("b"))
    walk = walks.start(PAGE)
    assert [walks.step(walk).id for _ in range(3)] == ["a", "b", "b"]
    with pytest.raises(rt.PaginationError, match="same items"):
        walks.step(walk)


def test_pages_are_counted_from_whole_numbers(caller: Caller) -> None:
    walks = Walks(caller)
    walks.config["validate"] = False
    found = violations(walks.start, PAGE, (UNSET, "two", UNSET))
    assert (found, walks.targets) == ({"query.page": "type"}, [])


def test_link_header_is_followed(caller: Caller) -> None:
    links = '<?page=9>; rel="last", </parcels?page=2&size=1>; rel=next', '<https://api.acme.example/other?p=3>; title="a, <b>; rel=x"; REL="start NEXT"'  # fmt: skip
    walks = Walks(caller, bare("a", link=links[0]), bare("b", link=links[1]), bare("c"))
    assert walks.ids(LINK, (UNSET, UNSET, 1)) == ["a", "b", "c"]
    expected = ["/parcels?size=1", "/parcels?page=2&size=1", "/other?p=3"]
    assert walks.targets == expected
    assert {request.path for request in walks.transport.sent} == {"/parcels"}


def test_link_in_the_body_is_followed_with_credentials(caller: Caller) -> None:
    walks = Walks(caller, page("a", next="/v1/parcels?page=2#top"), page("b"))
    walks.config |= {
        "servers": {"live": rt.Server("https://api.acme.example/v1")},
        "schemes": {"token": rt.Bearer("token")},
        "credentials": {"token": "secret"},
    }
    operation = msgspec.structs.replace(URL, security=(("token",),))
    assert walks.ids(operation) == ["a", "b"]
    assert walks.targets == ["/v1/parcels", "/v1/parcels?page=2"]
    told = {request.headers["authorization"] for request in walks.transport.sent}
    assert told == {"Bearer secret"}


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/parcels",
        "//evil.example/parcels",
        "http://api.acme.example/parcels",
        "https://api.acme.example:8443/parcels",
        "https://user@api.acme.example/parcels",
        "https://api.acme.example\\@evil.example/",
        "https://[",
        "javascript:alert(1)",
        "/pärcels",
        17,
    ],
)
def test_link_to_another_origin_is_refused(caller: Caller, link: object) -> None:
    walks = Walks(caller, page("a", next=link))
    walk = walks.start(URL)
    walks.step(walk)
    with pytest.raises(rt.PaginationError, match="same origin"):
        walks.step(walk)
    assert len(walks.targets) == 1


def test_an_error_says_of_which_page_it_is(caller: Caller) -> None:
    answer = page("a", next="//evil.example")
    fields = {"x-request-id": "r-1", **dict(answer.headers.fields)}
    named = rt.RawResponse(200, rt.Headers(fields), answer.body)
    walks = Walks(caller, named)
    walk = walks.start(URL)
    walks.step(walk)
    with pytest.raises(rt.PaginationError) as caught:
        walks.step(walk)
    error = caught.value
    assert (error.operation, error.method, error.path) == ("list", "GET", "/parcels")
    assert (error.status, error.request_id) == (200, "r-1")


@pytest.mark.parametrize("link", ["/parcels", "?", "#top"])
def test_link_that_leads_back_is_an_error(caller: Caller, link: str) -> None:
    walks = Walks(caller, page("a", next=link))
    walk = walks.start(URL)
    walks.step(walk)
    with pytest.raises(rt.PaginationError, match="followed before"):
        walks.step(walk)
    assert len(walks.targets) == 1


@pytest.mark.parametrize(
    ("value", "target"),
    [
        ("", None),
        ("<a>", None),
        ("<a>; rel=prev", None),
        ("<a>; rel=nextish", None),
        ("<a>; rel=prev; rel=next", None),
        ("<a>; rel=next; anchor='/b'", None),
        ('<a>; rel="next"', "a"),
        ("<a>;rel=next", "a"),
        ("< a > ; Rel = Next", "a"),
        ('<a>; rel="prev next"; title="x"', "a"),
        ('<a>; title="\\">; rel=no, <b>; rel=next"; rel="next"', "a"),
        ("<a>; rel=prev,<b>;rel=next", "b"),
        ("<<<<a>; rel=next", "a"),
    ],
)
def test_next_link(value: str, target: str | None) -> None:
    assert rt._next_link(rt.Headers({"Link": value})) == target


@given(st.text(st.sampled_from('<>;,="\\ \trelnxta')))
def test_no_link_header_breaks_the_reader(value: str) -> None:
    found = rt._next_link(rt.Headers({"Link": value}))
    assert found is None or f"{found}" in value


def test_an_error_leaves_the_iterator_where_it_was(caller: Caller) -> None:
    broken = rt.RawResponse(500, rt.Headers(), b"")
    walks = Walks(caller, page("a"), broken, page("b"), page())
    walk = walks.start(PAGE)
    assert walks.step(walk).id == "a"
    with pytest.raises(rt.InternalServerError):
        walks.step(walk)
    assert [each.id for each in walks.rest(walk)] == ["b"]
    expected = ["", "?page=2", "?page=2", "?page=3"]
    assert walks.targets == [f"/parcels{query}" for query in expected]


def test_a_page_is_asked_for_when_it_is_due(caller: Caller) -> None:
    walks = Walks(caller, page("a", "b"), page("c"))
    walk = walks.start(PAGE)
    assert walks.targets == []
    walks.step(walk)
    walks.step(walk)
    assert len(walks.targets) == 1


@pytest.mark.usefixtures("clock")
def test_each_page_is_tried_again_by_itself(caller: Caller) -> None:
    busy = rt.RawResponse(503, rt.Headers(), b"")
    walks = Walks(caller, busy, page("a"), busy, page("b"), page())
    walks.config["retries"] = 1
    assert walks.ids(PAGE) == ["a", "b"]


class Slow(AsyncFake):
    """Answers when others have had their turn."""

    async def send(self, request: rt.Request, timeout: float) -> rt.RawResponse:
        answer = self.reply(request, timeout)
        await asyncio.sleep(0)
        return answer


def test_tasks_that_share_an_iterator_get_each_item_once() -> None:
    walks = Walks(Caller(asynchronous=True))
    walks.transport = Slow(page("a", "b"), page("c"), page("d"), page())

    async def run() -> list[str]:
        walk, found = walks.start(PAGE), list[str]()

        async def work() -> None:
            async for parcel in walk:
                found.append(parcel.id)

        await asyncio.gather(work(), work(), work())
        return found

    assert asyncio.run(run()) == ["a", "b", "c", "d"]
    assert len(walks.targets) == 4


@pytest.mark.parametrize("pages", [True, False])
def test_threads_that_share_an_iterator_get_each_item_once(pages: bool) -> None:
    walks = Walks(Caller(asynchronous=False), page("a"), page("b"))
    walk, found, threads = walks.start(PAGE), list[Any](), list[threading.Thread]()

    def take() -> None:
        found.append(next(walk.pages()).items[0] if pages else next(walk))

    def meet(_: rt.Request) -> None:
        if not threads:
            threads.append(threading.Thread(target=take))
            threads[0].start()
            threads[0].join(0.05)  # it waits for the page that this thread asks for

    walks.transport.before = meet
    take()
    threads[0].join()
    assert sorted(each.id for each in found) == ["a", "b"]
    assert walks.targets == ["/parcels", "/parcels?page=2"]


def test_whole_pages(caller: Caller) -> None:
    walks = Walks(caller, page("a", "b"), page("c"), page())
    walk = walks.start(PAGE)
    pages: Sequence[rt.ResponsePage[Listing, Parcel]] = walks.rest(walk.pages())
    assert [len(each.items) for each in pages] == [2, 1, 0]
    assert pages[0].items is pages[0].data.data
    assert repr(pages[1]) == (
        "ResponsePage(200, Listing, request_id=None, mismatches=0)"
    )


@pytest.mark.parametrize("body", [b"{}", b'{"data":null}'])
def test_a_page_that_leaves_its_items_out_is_empty(caller: Caller, body: bytes) -> None:
    """Many leave an empty list out; it is a mismatch all the same."""
    walks = Walks(caller, rt.RawResponse(200, rt.Headers(), body))
    (only,) = walks.rest(walks.start(PAGE).pages())
    assert [m.path for m in only.mismatches] == ["$.data"]
    assert list(only.items) == []


UNREADABLE = (b'{"data":"x"}', b"[]", b"<html>down", b"", b'{"data":[', b'"down"')


@pytest.mark.parametrize("body", UNREADABLE)
@pytest.mark.parametrize("operation", [CURSOR, PAGE, OFFSET, URL])
def test_a_page_that_can_not_be_read_is_not_the_last(
    caller: Caller, operation: rt.Operation[rt.ResponsePage[Any, Any]], body: bytes
) -> None:
    """Half of a list must not look like the whole; the next step asks for the page again."""
    following: dict[str, Any] = {"meta": {"next": "2"}, "next": "/parcels?page=2"}
    broken = rt.RawResponse(200, rt.Headers(), body)
    walks = Walks(caller, page("a", **following), broken, page("b"), page())
    walk = walks.start(operation)
    assert walks.step(walk).id == "a"
    with pytest.raises(rt.PaginationError, match="no list of items"):
        walks.step(walk)
    assert [each.id for each in walks.rest(walk)] == ["b"]


def test_a_page_without_a_body_is_the_last(caller: Caller) -> None:
    nothing = rt.RawResponse(204, rt.Headers(), b"")
    walks = Walks(caller, page("a"), nothing)
    assert walks.ids(PAGE) == ["a"]


@pytest.mark.parametrize(("name", "mark"), [("cursor", 7), ("page", "7")])
def test_a_cursor_is_sent_as_its_parameter_is(
    caller: Caller, name: str, mark: object
) -> None:
    """A number where a text is asked for, and the other way round."""
    operation = listing("cursor", f"query.{name}", ("meta", "next"))
    walks = Walks(caller, page("a", meta={"next": mark}), page("b"))
    assert walks.ids(operation) == ["a", "b"]
    assert walks.targets[1] == f"/parcels?{name}=7"


def test_arguments_are_held_against_the_document_at_once(caller: Caller) -> None:
    walks = Walks(caller)
    assert violations(walks.start, PAGE, (UNSET, UNSET, "ten")) == {
        "query.size": "type"
    }
    assert walks.targets == []


def test_who_walks_through_what_is_deprecated_is_warned() -> None:
    old: Any = msgspec.structs.replace(PAGE, deprecated="list is deprecated")

    class Acme(rt.Client):
        def parcels(self) -> rt.ResponsePage[Listing, Parcel]:
            answer: rt.ResponsePage[Listing, Parcel]
            answer = self._call(old, (UNSET, UNSET, UNSET), UNSET, None)
            return answer

        iter_parcels = rt.iterated(parcels)

    class AsyncAcme(rt.AsyncClient):
        iter_parcels = rt.async_iterated(Acme.parcels)

    config = rt.Config(
        package="acme", servers={"live": rt.Server("https://a.example")}, server="live"
    )

    def both() -> None:
        Acme(config).iter_parcels()
        AsyncAcme(config).iter_parcels()

    with pytest.warns(DeprecationWarning, match="list is deprecated") as caught:
        both()
    line = both.__code__.co_firstlineno
    found = [(each.filename, each.lineno) for each in caught]
    assert found == [(__file__, line + 1), (__file__, line + 2)]


def test_a_method_keeps_its_signature() -> None:
    changed: Any = msgspec.structs.replace(PAGE, answer=Parcels)
    typed: rt.Operation[Parcels] = changed

    class Acme(rt.Client):
        def parcels(self, *, page: int | UnsetType = UNSET) -> Parcels:
            """Lists parcels."""
            return self._call(typed, (UNSET, page, UNSET), UNSET, None)

        iter_parcels = rt.iterated(parcels)

    class AsyncAcme(rt.AsyncClient):
        parcels = rt.awaited(Acme.parcels)
        iter_parcels = rt.async_iterated(Acme.parcels)

    config = rt.Config(
        package="acme", servers={"live": rt.Server("https://a.example")}, server="live"
    )
    walk = Acme(config, Fake(page("a"), page())).iter_parcels(page=3)
    items: Iterator[Parcel] = walk
    assert items is assert_type(walk, rt.PagedItems[Parcels])
    assert assert_type(list(walk), list[Parcel]) == [Parcel(id="a")]
    first = next(Acme(config, Fake(page("a"))).iter_parcels().pages())
    assert assert_type(first, Parcels).total is None
    again = AsyncAcme(config, AsyncFake(page("a"), page())).iter_parcels(page=3)

    async def collect() -> Sequence[Parcel]:
        return [each async for each in assert_type(again, rt.AsyncPagedItems[Parcels])]

    assert asyncio.run(collect()) == [Parcel(id="a")]
    wrong: Any = {"pge": 3}
    with pytest.raises(TypeError, match="pge"):
        Acme(config).iter_parcels(**wrong)
