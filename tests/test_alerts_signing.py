"""A receiver that uses the published library knows our messages, and refuses changed and old ones."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from queues.alerts.signing import REPLAY_SECONDS, new_secret, signed_headers

BODY = json.dumps({"event": "incident.opened", "text": "4 callers wait · Zürich"}).encode()


def headers(secret: str, body: bytes = BODY, ago: timedelta = timedelta(0)) -> dict[str, str]:
    return signed_headers(secret, "msg_1", datetime.now(UTC) - ago, body)


def test_the_published_library_takes_what_we_signed():
    secret = new_secret()
    assert Webhook(secret).verify(BODY, headers(secret))["event"] == "incident.opened"


def test_the_signature_is_that_of_the_specification():
    """The example of its text: https://github.com/standard-webhooks/standard-webhooks."""
    at = datetime.fromtimestamp(1614265330, UTC)
    signed = signed_headers(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}'
    )
    assert signed == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@pytest.mark.parametrize(
    "changed",
    [
        {"body": BODY.replace(b"4", b"5")},
        {"webhook-id": "msg_2"},
        {"webhook-timestamp": str(int(datetime.now(UTC).timestamp()) + 1)},
        {"webhook-signature": "v1,AAAA"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_whatever_is_changed_on_the_way_is_noticed(changed):
    secret = new_secret()
    told = headers(secret) | {name: value for name, value in changed.items() if name != "body"}
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(changed.get("body", BODY), told)


def test_a_message_played_again_later_and_one_with_another_secret_are_refused():
    secret = new_secret()
    late = headers(secret, ago=timedelta(seconds=REPLAY_SECONDS + 5))
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY, late)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(BODY, headers(secret))


def test_secrets_are_long_and_all_different():
    found = {new_secret() for _ in range(20)}
    assert len(found) == 20
    assert all(secret.startswith("whsec_") and len(secret) == 50 for secret in found)


def test_a_secret_without_the_prefix_signs_as_its_text():
    assert headers("no base64!") != headers("another text!")
