from acme_client import _runtime as rt
from acme_client import acme

ULID = "01ht3tph1szfa5b02qsay22hk1"


def test_a_call() -> None:
    seen: list[rt.Request] = []

    class Fake:
        def send(self, request: rt.Request, _: float) -> rt.RawResponse:
            seen.append(request)
            return rt.RawResponse(
                200,
                rt.Headers({"Content-Type": "application/json"}),
                b'{"recipient":{"id":"1","kind":"x","note":null,"method":{"kind":"inv"}},"extra":[1]}',
            )

    client = acme.Acme(token="secret", transport=Fake())
    answer = client.update_recipient(ULID, city="Cairo", include=["recipient.country"])
    assert answer.mismatches == ()
    assert answer.data.recipient.method == acme.Invoice(kind="inv")
    print(seen, seen[0].headers.fields, seen[0].url, seen[0].body)
    assert seen[0].body == b'{"city":"Cairo"}'
