"""Requests in both forms, and what is said of those that are wrong."""

import pytest

from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.accounts.errors import PriorityUnknown, RequestInvalid
from airflow_provider_media.core.announcements.target import Target
from airflow_provider_media.core.submission.errors import WorkflowUnknown
from airflow_provider_media.core.submission.request import parse_request

ACCOUNT = Account(workflow="vod", profiles={"multi-platform-extended-static": "ladder"}, connections={"aws"})
OWN = {"source": "s3://in/film.mp4"}
# The three sample requests of https://apis.support.brightcove.com/dynamic-ingest/general/overview-priority-queueing-dynamic-ingest.html
CALLBACKS = {"callbacks": ["https://mydomain.com/di-callbacks.php"]}
SAMPLE = {"master": {"url": "https://host/master.mp4"}, "profile": "multi-platform-extended-static", **CALLBACKS}
SAMPLES = [{**SAMPLE, "priority": "low"}, {**SAMPLE, "priority": "normal"}, SAMPLE]


def test_the_samples_of_brightcove_are_taken_as_they_stand():
    low, normal, absent = (parse_request(sample, ACCOUNT) for sample in SAMPLES)
    assert (low.priority, low.source, low.workflow) == ("low", "https://host/master.mp4", "ladder")
    assert low.notify == (Target(kind="url", address="https://mydomain.com/di-callbacks.php", body="brightcove"),)
    assert normal == absent
    assert normal.hash == absent.hash != low.hash
    assert all(one.subject is None for one in (low, normal, absent))


def test_our_own_form_is_taken_with_its_defaults():
    request = parse_request(OWN, ACCOUNT)
    assert (request.source, request.workflow, request.priority, request.notify) == (
        "s3://in/film.mp4",
        "vod",
        "normal",
        (),
    )


def test_everything_that_can_be_said_arrives():
    body = {
        **OWN,
        "workflow": "podcast",
        "priority": "low",
        "output": "s3://out/films",
        "source_version": "v1",
        "idempotency_key": "k",
        "video": "film",
        "notify": [{"url": "https://host/told", "mode": "change"}, {"sqs": "https://sqs/queue", "connection": "aws"}],
    }
    request = parse_request(body, ACCOUNT)
    assert (request.workflow, request.priority, request.output) == ("podcast", "low", "s3://out/films/")
    assert (request.source_version, request.idempotency_key, request.video) == ("v1", "k", "film")
    assert request.notify == (
        Target(kind="url", address="https://host/told", mode="change"),
        Target(kind="sqs", address="https://sqs/queue", connection="aws"),
    )


@pytest.mark.parametrize("priority", ["high", "Normal", "", 1, True, ["low"], {"a": 1}])
@pytest.mark.parametrize("body", [OWN, SAMPLE], ids=["own", "brightcove"])
def test_any_other_priority_has_an_error_of_its_own(body, priority):
    with pytest.raises(PriorityUnknown, match="allowed are normal and low"):
        parse_request({**body, "priority": priority}, ACCOUNT)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "source"),
        ([], ""),
        ({**OWN, "presets": 1}, "presets"),
        ({**OWN, "source": "film.mp4"}, "source"),
        ({**OWN, "source": "ftp://host/film.mp4"}, "source"),
        ({**OWN, "source": "s3://bucket/"}, "source"),
        ({**OWN, "source": "s3://bucket/folder/"}, "source"),
        ({**OWN, "source": "s3://in/" + "x" * 5000}, "source"),
        ({**OWN, "output": "https://host/out"}, "output"),
        ({**OWN, "output": "out"}, "output"),
        ({**OWN, "idempotency_key": ""}, "idempotency_key"),
        ({**OWN, "notify": [{}]}, "notify.0"),
        ({**OWN, "notify": [{"url": "https://a/b", "sqs": "https://sqs/q"}]}, "notify.0"),
        ({**OWN, "notify": [{"url": "ftp://a/b"}]}, "notify.0.url"),
        ({**OWN, "notify": [{"sqs": "https://sqs/q", "connection": "somebody_elses"}]}, "notify.0.connection"),
        ({**OWN, "notify": [{"url": "https://user:secret@host/b"}]}, "notify.0.url"),
        ({**OWN, "notify": [{"url": "https://host:70000/b"}]}, "notify.0.url"),
        ({**OWN, "notify": [{"url": "https://host:port/b"}]}, "notify.0.url"),
        ({**OWN, "notify": [{"sqs": "media-ends"}]}, "notify.0.sqs"),
        ({**OWN, "notify": [{"sns": "media-ends"}]}, "notify.0.sns"),
        ({**OWN, "notify": [{"eventbridge": "media-ends"}]}, "notify.0.eventbridge"),
        ({**OWN, "notify": [{"urls": "https://host/b"}]}, "notify.0.urls"),
        ({**OWN, "video": "a\x1bb"}, "video"),
        ({**OWN, "idempotency_key": "a\nb"}, "idempotency_key"),
        ({"master": {}}, "master.url"),
        ({"master": {"url": "https://host/a.mp4", "use_archived_master": True}}, "master.use_archived_master"),
        ({**SAMPLE, "text_tracks": []}, "text_tracks"),
        ({**SAMPLE, "capture-images": True}, "capture-images"),
        ({**SAMPLE, "capture-images": 0}, "capture-images"),
        ({**SAMPLE, "source": "s3://in/film.mp4"}, "source"),
        ({**SAMPLE, "callbacks": ["https://mydomain.com/"]}, "callbacks"),
        ({**SAMPLE, "callbacks": ["mydomain.com"]}, "callbacks.0"),
    ],
)
def test_parse_request_invalid_names_wrong_field(body, field):
    with pytest.raises(RequestInvalid) as refused:
        parse_request(body, ACCOUNT)
    assert refused.value.detail["field"] == field


def test_parse_request_brightcove_capture_images_false_is_accepted():
    assert parse_request({**SAMPLE, "capture-images": False}, ACCOUNT) == parse_request(SAMPLE, ACCOUNT)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({**SAMPLE, "capture-images": True}, "capture-images: may be false alone"),
        ({**OWN, "presets": 1}, "presets: is no field; allowed are source, workflow,"),
        (
            {**OWN, "notify": [{"urls": "x"}]},
            "notify.0.urls: is no field; allowed are url, sqs, sns, .*mode, body, connection$",
        ),
        ({"master": {"url": "https://host/a.mp4", "use": True}}, "master.use: is no field; allowed are url$"),
        ({**OWN, "notify": {"url": "https://host/b"}}, "notify: Input should be a list$"),
        ({"master": "https://host/a.mp4"}, "master: Input should be an object$"),
    ],
)
def test_parse_request_invalid_error_uses_json_words_names_allowed_values(body, said):
    with pytest.raises(RequestInvalid, match=said):
        parse_request(body, ACCOUNT)


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("sqs", "https://sqs/queue"),
        ("sns", "arn:aws:sns:eu-west-1:1:media"),
        ("eventbridge", "arn:aws:events:eu-west-1:1:event-bus/media"),
    ],
)
def test_parse_request_aws_target_without_connection_needs_default_connection_permission(kind, address):
    with pytest.raises(RequestInvalid, match="may not use the connection 'aws_default'"):
        parse_request({**OWN, "notify": [{kind: address}]}, ACCOUNT)
    allowed = parse_request({**OWN, "notify": [{kind: address}]}, Account(workflow="vod", connections={"aws_default"}))
    assert allowed.notify == (Target(kind=kind, address=address),)


def test_no_secret_of_a_request_is_in_its_error():
    with pytest.raises(RequestInvalid) as refused:
        parse_request({**OWN, "source": "https://user:secret@host/?X-Amz-Signature=secret"}, ACCOUNT)
    assert "secret" not in str(refused.value)


def test_the_first_ten_callbacks_are_used():
    request = parse_request({**SAMPLE, "callbacks": [f"https://host/{number}" for number in range(12)]}, ACCOUNT)
    assert [target.address for target in request.notify] == [f"https://host/{number}" for number in range(10)]


def test_a_request_without_a_workflow_needs_an_account_with_one():
    with pytest.raises(WorkflowUnknown, match="'acme' has no default"):
        parse_request(OWN, Account(name="acme"))


def test_a_profile_that_is_no_profile_is_a_workflow():
    assert parse_request({**SAMPLE, "profile": "vod"}, ACCOUNT).workflow == "vod"


def test_parse_request_idempotency_key_in_header_equals_key_in_body():
    header = parse_request(OWN, ACCOUNT, idempotency_key="k")
    body = parse_request({**OWN, "idempotency_key": "k"}, ACCOUNT)
    assert header == body
    with pytest.raises(RequestInvalid, match="differ"):
        parse_request({**OWN, "idempotency_key": "k"}, ACCOUNT, idempotency_key="other")


def test_parse_request_subject_is_video_name_else_workflow_and_source():
    unnamed, named = parse_request(OWN, ACCOUNT), parse_request({**OWN, "video": "film"}, ACCOUNT)
    assert unnamed.subject == parse_request({**OWN, "priority": "low"}, ACCOUNT).subject
    assert unnamed.subject != parse_request({**OWN, "workflow": "podcast"}, ACCOUNT).subject
    assert (
        named.subject
        == parse_request({"source": "s3://in/other.mp4", "video": "film"}, ACCOUNT).subject
        != unnamed.subject
    )


def test_parse_request_brightcove_video_in_path_is_subject():
    assert parse_request(SAMPLE, ACCOUNT, video="5660367449001").subject is not None


@pytest.mark.parametrize(
    "change",
    [{"source": "s3://in/b.mp4"}, {"workflow": "b"}, {"priority": "low"}, {"output": "s3://b/"}, {"video": "b"}],
)
def test_any_other_wish_has_another_hash(change):
    assert parse_request({**OWN, **change}, ACCOUNT).hash != parse_request(OWN, ACCOUNT).hash


def test_the_key_is_no_part_of_the_wish():
    assert parse_request({**OWN, "idempotency_key": "k"}, ACCOUNT).hash == parse_request(OWN, ACCOUNT).hash
