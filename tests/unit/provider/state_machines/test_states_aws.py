"""Calls of AWS APIs are spelt as each service wants them, and answered as the language writes them."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime

import pytest

from airflow_provider_media.core.statelang import TaskFailed
from airflow_provider_media.hooks import aws
from airflow_provider_media.state_machines.resources.aws import call_of
from airflow_provider_media.state_machines.resources.integrations import invoke, objection
from airflow_provider_media.state_machines.resources.invocation_context import InvocationContext


@pytest.fixture
def stubbed(monkeypatch):
    """Stand-ins for services: botocore checks what they are asked."""
    import boto3
    from botocore.stub import Stubber

    made = []

    def stub(service):
        client = boto3.client(service, region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="y")
        stubber = Stubber(client)
        stubber.activate()
        made.append(stubber)
        monkeypatch.setattr(aws, "client", lambda name, connection: client if name == service else pytest.fail(name))
        return stubber

    yield stub
    for stubber in made:
        stubber.assert_no_pending_responses()


def call(resource, arguments):
    return invoke(resource, arguments, {}, InvocationContext(id="x"))


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("arn:aws:states:::aws-sdk:s3:headObject", ("s3", "HeadObject")),
        ("arn:aws:states:::sqs:sendMessage", ("sqs", "SendMessage")),
        ("arn:aws:lambda:eu-west-1:000000000000:function:f:live", ("lambda", "Invoke")),
        ("arn:aws:states:::aws-sdk:s3:headObject.sync", None),
        ("arn:aws:states:::batch:submitJob", None),
    ],
)
def test_a_resource_names_a_call(resource, expected):
    found = call_of(resource)
    assert (found and (found.service, found.operation)) == expected
    assert (objection(resource) is None) == (expected is not None)


def test_call_of_activity_is_none():
    assert call_of("arn:aws:states:eu-west-1:000000000000:activity:a") is None


def test_an_object_as_message_is_sent_as_text(stubbed):
    stubbed("sqs").add_response("send_message", {"MessageId": "1"}, {"QueueUrl": "https://q", "MessageBody": '{"a":1}'})
    assert call("arn:aws:states:::sqs:sendMessage", {"QueueUrl": "https://q", "MessageBody": {"a": 1}}) == {
        "MessageId": "1"
    }


def test_parameters_and_results_are_pascal_case_whatever_the_service_uses(stubbed):
    asked = {"jobName": "j", "jobQueue": "q", "jobDefinition": "d", "tags": {"Keep": "it"}}
    stubbed("batch").add_response("submit_job", {"jobName": "j", "jobId": "7"}, asked)
    given = {"JobName": "j", "JobQueue": "q", "JobDefinition": "d", "Tags": {"Keep": "it"}}
    assert call("arn:aws:states:::aws-sdk:batch:submitJob", given) == {"JobName": "j", "JobId": "7"}


def test_times_and_bodies_become_json(stubbed):
    now = datetime(2026, 1, 1, tzinfo=UTC)
    stubbed("s3").add_response(
        "get_object", {"Body": io.BytesIO(b"text"), "LastModified": now}, {"Bucket": "b-b", "Key": "k"}
    )
    answer = call("arn:aws:states:::aws-sdk:s3:getObject", {"Bucket": "b-b", "Key": "k"})
    assert answer == {"Body": "text", "LastModified": "2026-01-01T00:00:00+00:00"}


SEND = {"QueueUrl": "https://q", "MessageBody": "m"}
PUT = {"TableName": "t", "Item": {}}


@pytest.mark.parametrize(
    ("resource", "arguments", "code", "error"),
    [
        ("aws-sdk:s3:getObject", {"Bucket": "b-b", "Key": "k"}, "NoSuchKey", "S3.NoSuchKeyException"),
        ("aws-sdk:s3:headObject", {"Bucket": "b-b", "Key": "k"}, "404", "S3.S3Exception"),
        ("aws-sdk:dynamodb:putItem", PUT, "ValidationException", "DynamoDb.DynamoDbException"),
        ("aws-sdk:dynamodb:putItem", PUT, "ResourceNotFoundException", "DynamoDb.ResourceNotFoundException"),
        ("dynamodb:putItem", PUT, "ResourceNotFoundException", "DynamoDB.ResourceNotFoundException"),
        ("dynamodb:putItem", PUT, "ValidationException", "DynamoDB.AmazonDynamoDBException"),
        ("sqs:sendMessage", SEND, "AccessDenied", "SQS.AmazonSQSException"),
        ("sns:publish", {"TopicArn": "t", "Message": "m"}, "NotFound", "SNS.NotFoundException"),
        (
            "states:startExecution",
            {"StateMachineArn": "a"},
            "StateMachineDoesNotExist",
            "StepFunctions.StateMachineDoesNotExistException",
        ),
        ("lambda:invoke", {"FunctionName": "f"}, "ResourceNotFoundException", "Lambda.ResourceNotFoundException"),
        ("lambda:invoke", {"FunctionName": "f"}, "TooManyRequestsException", "Lambda.TooManyRequestsException"),
    ],
)
def test_an_error_has_the_name_that_catch_knows(stubbed, resource, arguments, code, error):
    *_, service, action = resource.split(":")
    client = {"states": "stepfunctions"}.get(service, service)
    stubbed(client).add_client_error(re.sub("([A-Z])", r"_\1", action).lower(), code, "gone")
    with pytest.raises(TaskFailed) as raised:
        call(f"arn:aws:states:::{resource}", arguments)
    assert (raised.value.error, "gone" in raised.value.cause) == (error, True)


def test_events_send_detail_as_text_and_failed_entry_fails_task(stubbed):
    stub = stubbed("events")
    sent = {"Entries": [{"Source": "media", "DetailType": "made", "Detail": '{"a":1}'}]}
    given = {"Entries": [{"Source": "media", "DetailType": "made", "Detail": {"a": 1}}]}
    stub.add_response("put_events", {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]}, sent)
    assert call("arn:aws:states:::events:putEvents", given)["Entries"] == [{"EventId": "1"}]
    stub.add_response("put_events", {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "InternalFailure"}]}, sent)
    with pytest.raises(TaskFailed) as raised:
        call("arn:aws:states:::events:putEvents", given)
    assert raised.value.error == "EventBridge.FailedEntry"


def test_lambda_payload_is_result_and_function_error_is_task_error(stubbed):
    function = "arn:aws:lambda:eu-west-1:000000000000:function:f"
    stub = stubbed("lambda")
    stub.add_response(
        "invoke", {"StatusCode": 200, "Payload": io.BytesIO(b"[1]")}, {"FunctionName": function, "Payload": '{"a": 1}'}
    )
    assert call(function, {"a": 1}) == [1]
    stub.add_response(
        "invoke", {"StatusCode": 200, "Payload": io.BytesIO(b"2")}, {"FunctionName": "f", "Payload": "null"}
    )
    assert call("arn:aws:states:::lambda:invoke", {"FunctionName": "f", "Payload": None}) == {
        "StatusCode": 200,
        "Payload": 2,
    }
    failed = json.dumps({"errorType": "ValueError", "errorMessage": "no"}).encode()
    stub.add_response("invoke", {"StatusCode": 200, "FunctionError": "Unhandled", "Payload": io.BytesIO(failed)})
    with pytest.raises(TaskFailed) as raised:
        call(function, {})
    assert raised.value.error == "ValueError"


@pytest.mark.parametrize(
    ("resource", "arguments", "words"),
    [
        ("media:probe", [], "must be an object"),
        ("media:probe", {}, "'source' is missing"),
        ("media:probe", {"source": "s", "fps": 1}, "there is no 'fps' here"),
        ("media:package", {"location": "l", "renditions": []}, "a list of URIs"),
        ("media:publish", {"location": "l"}, "needs 'files'"),
        ("media:watermark", {"source": "s", "location": "l"}, "image or text"),
        ("media:transcode", {"source": "s", "location": "l", "container": "avi"}, "container"),
    ],
)
def test_invalid_media_task_arguments_raise_error_that_catch_knows(resource, arguments, words):
    with pytest.raises(TaskFailed) as raised:
        call(resource, arguments)
    assert raised.value.error in {"configuration_invalid", "workflow_invalid"}
    assert words in raised.value.cause
