from datetime import timedelta

import pytest

from airflow_provider_media.core.accounts.accounts import Account, load_queues, parse_queues
from airflow_provider_media.core.accounts.errors import AccountUnknown
from airflow_provider_media.core.errors import ConfigurationError


def test_load_queues_without_file_gives_default_account_with_default_limits(tmp_path):
    account = load_queues(tmp_path / "queues.yaml").account("default")
    assert (account.limits.active, account.limits.waiting.normal, account.limits.waiting.low) == (100, 1000, 1000)
    assert account.limits.active_per_priority.of("low") is None
    assert account.ageing is None


def test_accounts_of_a_file_come_beside_the_default_one(tmp_path):
    path = tmp_path / "queues.yaml"
    path.write_text("accounts:\n  acme: {limits: {active: 5, waiting: {low: 7}}, ageing_minutes: 30}\n  57838016001:\n")
    queues = load_queues(path)
    assert sorted(queues.accounts) == ["57838016001", "acme", "default"]
    acme = queues.account("acme")
    assert (acme.name, acme.limits.active, acme.limits.waiting.of("low"), acme.limits.waiting.of("normal")) == (
        "acme",
        5,
        7,
        1000,
    )
    assert acme.ageing == timedelta(minutes=30)


def test_an_unknown_account_is_told_where_accounts_are_made():
    with pytest.raises(AccountUnknown, match=r"include/queues\.yaml"):
        parse_queues({}).account("nobody")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("accounts: [acme]", "accounts must map"),
        ("- acme", "it must begin with accounts:"),
        ("accounts: {acme: {limits: {active: 0}}}", r"accounts\.acme\.limits\.active"),
        ("accounts: {acme: {limits: {active: many}}}", r"accounts\.acme\.limits\.active"),
        ("accounts: {acme: 5}", r"accounts\.acme must map"),
        ("accounts: {acme: [1]}", r"accounts\.acme must map"),
        ("accounts: {acme: {limit: 1}}", r"accounts\.acme\.limit"),
        ("accounts: {Acme Films: {}}", "Acme Films"),
        ("accounts: {acme: {ageing_minutes: 0}}", "ageing_minutes"),
        ("accounts: {acme: {sources: [s3://media-in]}}", "is not a place; write s3://bucket/"),
        ("accounts: {acme: {outputs: [media-out/]}}", "is not a place"),
        ("accounts: {acme: {outputs: [s3://media-out/../]}}", "is not a place"),
        ("queues: {}", "queues"),
        ("accounts: {acme: {", "queues.yaml"),
    ],
)
def test_load_queues_invalid_file_refused_naming_file_and_field(tmp_path, text, said):
    path = tmp_path / "queues.yaml"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=said) as refused:
        load_queues(path)
    assert "queues.yaml" in refused.value.message


def test_an_account_without_fields_is_the_default_one():
    assert parse_queues({"accounts": {"default": None}}).account("default") == Account()
