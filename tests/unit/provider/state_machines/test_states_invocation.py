"""Work is done with the rights of its machine, or of the role that its task names."""

from threading import Event

import pytest

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.statelang import StateError
from airflow_provider_media.hooks import settings
from airflow_provider_media.state_machines.resources.invocation import perform
from airflow_provider_media.state_machines.resources.invocation_context import InvocationContext
from airflow_provider_media.state_machines.resources.task_request import TaskRequest

ROLE = "arn:aws:iam::123456789012:role/encode"


@pytest.fixture(autouse=True)
def table(monkeypatch):
    monkeypatch.setenv("AIRFLOW__MEDIA__ROLE_CONNECTIONS", f"arn:aws:iam::1:role/other=aws_other, {ROLE}=aws_encode")


def connection(credentials):
    request = TaskRequest(resource="test:a", arguments={}, context={}, credentials=credentials)
    return perform(
        None,
        request,
        InvocationContext(id="x", connection="media_s3"),
        call=lambda resource, arguments, context, invocation: invocation.connection,
    )


def test_invocation_over_its_time_limit_is_a_timeout():
    request = TaskRequest(resource="test:a", arguments={}, context={}, timeout_seconds=0.05)
    with pytest.raises(StateError) as late:
        perform(None, request, InvocationContext(id="x"), call=lambda *_: Event().wait(30))
    assert late.value.error == "States.Timeout"


def test_without_credentials_the_machines_connection_works():
    assert connection(None) == "media_s3"


def test_a_role_stands_for_the_connection_of_the_table():
    assert connection({"RoleArn": ROLE}) == "aws_encode"


def test_role_without_connection_is_refused_with_what_to_do():
    with pytest.raises(StateError) as refused:
        connection({"RoleArn": "arn:aws:iam::1:role/unknown"})
    assert refused.value.error == "States.Permissions"
    assert "[media] role_connections" in refused.value.cause


@pytest.mark.parametrize("text", ["aws_encode", "=aws_encode", f"{ROLE}="])
def test_a_table_that_is_none_is_refused(monkeypatch, text):
    monkeypatch.setenv("AIRFLOW__MEDIA__ROLE_CONNECTIONS", text)
    with pytest.raises(ConfigurationError):
        settings.role_connections()
