import pytest
from pydantic import ValidationError

from airflow_provider_media.core.announcements.notification import Notification
from airflow_provider_media.core.announcements.target import Target
from airflow_provider_media.core.announcements.targets import TARGETS
from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.serde import to_json


def test_target_of_an_unknown_kind_names_the_known_kinds():
    with pytest.raises(ConfigurationError, match="'pigeon' is no notification target here; known are url, sqs, sns"):
        _ = Target(kind="pigeon", address="loft").name


def test_notification_in_json_holds_only_its_own_address():
    assert to_json(Notification(url="https://a.example/")).keys() & TARGETS.keys() == {"url"}


@pytest.mark.parametrize("fields", [{}, {"url": "https://a.example/", "sqs": "https://sqs.example/1/ends"}])
def test_notification_without_exactly_one_address_is_refused(fields):
    with pytest.raises(ValidationError, match="give exactly one of url, sqs, sns"):
        Notification(**fields)


def test_notification_becomes_the_target_of_its_field():
    notification = Notification(sqs="https://sqs.example/1/ends", mode="change", connection="aws")
    target = Target(kind="sqs", address="https://sqs.example/1/ends", mode="change", connection="aws")
    assert notification.target == target
