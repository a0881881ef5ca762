"""A client of the fictional vendor Acme, written by hand as the generator writes one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import _runtime as rt
import msgspec
from _runtime import UNSET, UnsetType


class Position(rt.Model, kw_only=True):
    lat: Annotated[float, rt.Limits(minimum=-90, maximum=90)]
    lng: float


class Card(rt.Model, kw_only=True):
    kind: Literal["card"]
    number: Annotated[str, rt.Limits(pattern="^[0-9]{4}$")]


class Invoice(rt.Model, kw_only=True):
    kind: Literal["inv"]
    days: int | UnsetType = UNSET


class Problem(rt.Model, kw_only=True):
    title: str
    code: int | UnsetType = UNSET


class UpdateRecipientRequest(rt.Model, kw_only=True):
    city: Annotated[str, rt.Limits(min_length=2, max_length=50)] | UnsetType | None = (
        UNSET
    )
    position: Position | UnsetType | None = UNSET
    kind: Literal["a", "b"] | UnsetType = UNSET
    street_2: str | UnsetType = msgspec.field(name="street-2", default=UNSET)
    method: (
        Annotated[
            Card | Invoice, rt.Discriminator("kind", {"card": "Card", "inv": "Invoice"})
        ]
        | UnsetType
    ) = UNSET
    extra: rt.Json | UnsetType = UNSET
    tags: dict[str, str] | UnsetType = UNSET
    id: Annotated[str, rt.ReadOnly()] | UnsetType = UNSET


class Recipient(rt.Model, kw_only=True):
    id: str
    kind: Annotated[str, Literal["billing", "shipping"]]
    note: str | None
    age: int | UnsetType = UNSET
    weight: float | UnsetType = UNSET
    positions: list[Position] | UnsetType = UNSET
    labels: dict[str, int] | UnsetType = UNSET
    method: (
        Annotated[
            Card | Invoice, rt.Discriminator("kind", {"card": "Card", "inv": "Invoice"})
        ]
        | UnsetType
        | None
    ) = UNSET
    parent: Recipient | UnsetType | None = UNSET


class UpdateRecipientOKResponse(rt.Model, kw_only=True):
    recipient: Recipient
    extra: rt.Json


class UpdateRecipientNotFound(rt.NotFound):
    """404: no such recipient."""

    error: Problem | None


class UpdateRecipientClientError(rt.ClientError):
    """4XX: anything else."""

    error: Problem | None


UPDATE_RECIPIENT: rt.Operation[rt.Response[UpdateRecipientOKResponse]] = rt.Operation(
    name="update_recipient",
    method="PATCH",
    path="/recipients/{recipient_id}",
    parameters=(
        rt.Parameter(
            "recipient_id",
            "path",
            Annotated[str, rt.Limits(format="ulid", min_length=26, max_length=26)],
        ),
        rt.Parameter("identify_by", "query", Literal["id", "reference_id"] | None),
        rt.Parameter(
            "include", "query", Sequence[Literal["recipient.country"]], explode=False
        ),
    ),
    body="application/json",
    body_type=UpdateRecipientRequest,
    body_required=False,
    responses={
        "200": rt.Reply(UpdateRecipientOKResponse),
        "202": rt.Reply(rt.Json),
        "204": rt.Reply(None),
        "404": rt.Reply(Problem, UpdateRecipientNotFound),
        "4XX": rt.Reply(Problem, UpdateRecipientClientError),
    },
    failure=rt.Failure(
        when=("result",), equals="error", status=("status",), message=("data",)
    ),
    idempotency=rt.Idempotency("Acme-Idempotency-Key", "uuid"),
    security=(("token",), ("key", "basic")),
)


def build_update_recipient(
    _validate: bool,
    recipient_id: str,
    *,
    identify_by: Literal["id", "reference_id"] | UnsetType | None = UNSET,
    include: Sequence[Literal["recipient.country"]] | UnsetType = UNSET,
    body: UpdateRecipientRequest,
) -> rt.Request:
    return rt.build(
        UPDATE_RECIPIENT, (recipient_id, identify_by, include), body, _validate
    )


def read_update_recipient(
    response: rt.RawResponse,
) -> rt.Response[UpdateRecipientOKResponse]:
    return rt.read(UPDATE_RECIPIENT, response)


_SERVERS = {
    "live": rt.Server("https://api.acme.example/v1"),
    "sandbox": rt.Server("https://sandbox.acme.example/v1/"),
    "shop": rt.Server(
        "https://{shop}.acme.example/{version}",
        {
            "shop": rt.Variable(default=None, enum=(), argument="shop"),
            "version": rt.Variable("v1", ("v1", "v2"), "version"),
        },
    ),
}
_SCHEMES: dict[str, rt.Scheme] = {
    "token": rt.Bearer("token"),
    "key": rt.ApiKey("key", "header", "X-Api-Key", prefix="Key "),
    "query_key": rt.ApiKey("key", "query", "api key"),
    "cookie": rt.ApiKey("session", "cookie", "sid"),
    "basic": rt.Basic("username", "password"),
}


class Acme(rt.Client):
    def __init__(
        self,
        *,
        token: rt.Credential | None = None,
        key: rt.Credential | None = None,
        session: rt.Credential | None = None,
        username: rt.Credential | None = None,
        password: rt.Credential | None = None,
        shop: str | None = None,
        version: str | None = None,
        server: Literal["live", "sandbox", "shop"] = "live",
        base_url: str | None = None,
        timeout: float = 60.0,
        retries: int = 2,
        validate: bool = True,
        on_mismatch: Literal["warn", "raise"] = "warn",
        middleware: Sequence[rt.Middleware] = (),
        transport: rt.Transport | None = None,
    ) -> None:
        super().__init__(
            rt.Config(
                package="acme_client",
                servers=_SERVERS,
                schemes=_SCHEMES,
                credentials={
                    "token": token,
                    "key": key,
                    "session": session,
                    "username": username,
                    "password": password,
                },
                variables={"shop": shop, "version": version},
                server=server,
                base_url=base_url,
                timeout=timeout,
                retries=retries,
                validate=validate,
                on_mismatch=on_mismatch,
            ),
            transport,
            middleware,
        )

    def update_recipient(
        self,
        recipient_id: str,
        *,
        identify_by: Literal["id", "reference_id"] | UnsetType | None = UNSET,
        include: Sequence[Literal["recipient.country"]] | UnsetType = UNSET,
        city: str | UnsetType | None = UNSET,
        position: Position | UnsetType | None = UNSET,
        options: rt.RequestOptions | None = None,
    ) -> rt.Response[UpdateRecipientOKResponse]:
        """Changes where a parcel goes."""
        body = UpdateRecipientRequest(city=city, position=position)
        values = (recipient_id, identify_by, include)
        return self._call(UPDATE_RECIPIENT, values, body, options)


class AsyncAcme(rt.AsyncClient):
    def __init__(
        self,
        *,
        token: rt.AsyncCredential | None = None,
        base_url: str | None = None,
        timeout: float = 60.0,
        retries: int = 2,
        validate: bool = True,
        on_mismatch: Literal["warn", "raise"] = "warn",
        middleware: Sequence[rt.AsyncMiddleware] = (),
        transport: rt.AsyncTransport | None = None,
    ) -> None:
        super().__init__(
            rt.Config(
                package="acme_client",
                servers=_SERVERS,
                schemes=_SCHEMES,
                credentials={"token": token},
                server="live",
                base_url=base_url,
                timeout=timeout,
                retries=retries,
                validate=validate,
                on_mismatch=on_mismatch,
            ),
            transport,
            middleware,
        )

    update_recipient = rt.awaited(Acme.update_recipient)
