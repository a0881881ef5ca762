"""What truecopy says of an operation beyond OpenAPI's words."""

from __future__ import annotations

from truecopy.ir import Failure, Idempotency, Operation, Pagination, RateLimit
from truecopy.openapi.notes import Object, dotted, evidence, notes, stated


def conventions(operation: Operation) -> Object:
    """Permissions, rules and the other habits of the vendor's, as extensions."""
    return notes(
        permissions=operation.permissions,
        webhooks=operation.webhooks,
        rules=operation.rules,
        idempotency=operation.idempotency and _idempotency(operation.idempotency),
        failure=operation.failure and _failure(operation.failure),
        pagination=operation.pagination and _pagination(operation.pagination),
        rate_limit=operation.rate_limit and _rate_limit(operation.rate_limit),
    )


def idempotency_parameter(each: Idempotency, examples: Object) -> Object:
    """The idempotency header as a parameter, for readers that know no extensions."""
    return {
        "name": each.header,
        "in": "header",
        **stated(description=each.description, required=each.required),
        "schema": {"type": "string", **_key_shape(each)},
        **({"examples": examples} if examples else {}),
        "x-truecopy-idempotency": True,
    }


def _idempotency(each: Idempotency) -> Object:
    return {
        **stated(
            header=each.header, required=each.required, description=each.description
        ),
        **_key_shape(each),
        **evidence(each.origin),
    }


def _key_shape(each: Idempotency) -> Object:
    return stated(
        format=each.format, minLength=each.min_length, maxLength=each.max_length
    )


def _failure(each: Failure) -> Object:
    return {
        "when": {"property": dotted(each.when), "equals": each.equals.data},
        **stated(status=dotted(each.status), message=dotted(each.message)),
        **evidence(each.origin),
    }


def _pagination(each: Pagination) -> Object:
    return {
        **stated(
            style=each.style,
            parameter=each.parameter,
            limit=each.limit,
            next=dotted(each.next),
            items=dotted(each.items or None),
        ),
        **evidence(each.origin),
    }


def _rate_limit(each: RateLimit) -> Object:
    return {
        **stated(limit=each.limit, remaining=each.remaining, reset=each.reset),
        **evidence(each.origin),
    }
