import base64
import time
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from airflow_provider_media.core.announcements.signing import key, secrets_of, signed_headers
from airflow_provider_media.core.errors import ConfigurationError

OLD = "whsec_" + base64.b64encode(b"o" * 24).decode()
NEW = "whsec_" + base64.b64encode(b"n" * 64).decode()
BODY = '{"type":"job.succeeded","data":{"source":"s3://in/zwölf.mp4"}}'


def headers(*secrets, at=None):
    moment = at or datetime.now(UTC)
    return signed_headers("evt_1", timestamp=int(moment.timestamp()), body=BODY, secrets=secrets)


def test_the_reference_implementation_verifies_what_is_signed():
    assert Webhook(OLD).verify(BODY, headers(OLD))["type"] == "job.succeeded"


@pytest.mark.parametrize("secret", [OLD, NEW])
def test_while_secrets_change_over_receivers_may_know_either(secret):
    assert Webhook(secret).verify(BODY, headers(NEW, OLD))


@pytest.mark.parametrize("changed", ["id", "timestamp", "body"])
def test_a_changed_body_id_or_time_does_not_verify(changed):
    others = {"id": "evt_2", "timestamp": str(int(time.time()) + 60)}
    sent = headers(OLD) | {f"webhook-{name}": value for name, value in others.items() if name == changed}
    with pytest.raises(WebhookVerificationError, match="No matching signature"):
        Webhook(OLD).verify(BODY + " " * (changed == "body"), sent)


def test_an_old_attempt_cannot_be_replayed():
    with pytest.raises(WebhookVerificationError, match="too old"):
        Webhook(OLD).verify(BODY, headers(OLD, at=datetime.now(UTC) - timedelta(minutes=10)))


def test_the_signature_is_that_of_the_specifications_example():
    # The example of the reference implementations: https://docs.svix.com/receiving/verifying-payloads/how-manual.
    signed = signed_headers(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        body='{"test": 2432232314}',
        secrets=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    )
    assert signed["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_headers_without_secret_have_webhook_id_but_no_signature():
    assert headers() == {"webhook-id": "evt_1", "webhook-timestamp": headers()["webhook-timestamp"]}


def test_the_prefix_of_a_secret_may_be_absent():
    assert key(OLD.removeprefix("whsec_")) == b"o" * 24


@pytest.mark.parametrize("secret", ["whsec_c2hvcnQ=", "hunter2!", "whsec_" + base64.b64encode(b"l" * 65).decode(), ""])
def test_a_weak_or_broken_secret_is_refused_without_being_shown(secret):
    with pytest.raises(ConfigurationError) as raised:
        key(secret)
    assert "whsec_' followed by 24 to 64 bytes" in raised.value.message
    assert not secret or secret not in raised.value.message


def test_a_password_holds_one_secret_or_several():
    assert secrets_of(f" {NEW}\n{OLD} ") == (NEW, OLD)
    assert secrets_of("") == ()
