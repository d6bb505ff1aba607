import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.core.accounts.errors import RequestInvalid
from airflow_provider_media.core.uploads.matching import Upload, uploads


def record(key="a.mp4", *, event="ObjectCreated:Put", source="aws:s3", **told):
    place = {"bucket": {"name": "media-in"}, "object": {"key": key, "eTag": "e", "sequencer": "1", **told}}
    return {"eventName": event, "eventSource": source, "s3": place}


def told(*records):
    return list(uploads({"Records": list(records)}))


def eventbridge(key, kind="Object Created", **facts):
    place = {"bucket": {"name": "media-in"}, "object": {"key": key, "etag": "e", "sequencer": "1", **facts}}
    return {"source": "aws.s3", "detail-type": kind, "detail": place}


@pytest.mark.parametrize(
    ("key", "source", "decoded"),
    [
        ("first+lecture.mp4", "aws:s3", "first lecture.mp4"),
        ("show/50%25+off.mp4", "aws:s3", "show/50% off.mp4"),
        ("show%2Fa%2Bb.mp4", "minio:s3", "show/a+b.mp4"),
        ("show/a+b%20c.mp4", "ceph:s3", "show/a+b%20c.mp4"),
        ("%E6%98%A0%E7%94%BB.mp4", "aws:s3", "映画.mp4"),
    ],
)
def test_uploads_key_decoded_once_by_encoding_of_sender(key, source, decoded):
    assert [upload.key for upload in told(record(key, source=source))] == [decoded]


def test_eventbridge_tells_the_same_upload_with_a_plain_key():
    assert list(uploads(eventbridge("first lecture.mp4"))) == told(record("first+lecture.mp4"))


def test_uploads_minio_s3_prefixed_event_null_version_id_is_missing():
    (upload,) = told(record(event="s3:ObjectCreated:CompleteMultipartUpload", source="minio:s3", versionId="null"))
    assert upload.version == "e-1"


def test_uploads_version_id_is_version_else_sequencer_separates_same_bytes():
    assert told(record(versionId="v7"))[0].version == "v7"
    first, second = told(record(sequencer="1"), record(sequencer="2"))
    assert first.version != second.version
    assert first.etag == second.etag == "e"


@pytest.mark.parametrize(
    "body", [{"Records": [record(eTag=None, sequencer=None)]}, eventbridge("a.mp4", etag=None, sequencer=None)]
)
def test_uploads_without_version_id_etag_or_sequencer_refused(body):
    with pytest.raises(RequestInvalid, match="neither a version id nor an ETag"):
        list(uploads(body))


def test_sns_may_wrap_any_of_them_once():
    wrapped = {"Type": "Notification", "Message": json.dumps({"Records": [record()]})}
    assert list(uploads(wrapped)) == told(record())
    with pytest.raises(RequestInvalid, match="Message"):
        list(uploads({"Type": "Notification", "Message": json.dumps(wrapped)}))


@pytest.mark.parametrize(
    "body",
    [
        {"Event": "s3:TestEvent", "Bucket": "media-in"},
        {"Records": []},
        {"Records": [record(event="ObjectRemoved:Delete")]},
        eventbridge("a.mp4", kind="Object Deleted"),
    ],
)
def test_what_tells_of_no_upload_is_passed_over(body):
    assert list(uploads(body)) == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"Records": 1},
        {"Records": [{"eventName": "ObjectCreated:Put"}]},
        {"Records": [record(key=7)]},
        {"Records": [record(key="%00.mp4")]},
        {"Records": [record(eTag="\0")]},
        {"detail": {}},
        {"Type": "Notification", "Message": "hello"},
        {"Type": "Notification"},
    ],
)
def test_what_cannot_be_read_is_refused(body):
    with pytest.raises(RequestInvalid):
        list(uploads(body))


@given(key=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=60))
def test_any_key_comes_through_and_its_uri_names_it(key):
    from urllib.parse import quote_plus

    (upload,) = told(record(quote_plus(key)))
    assert upload == Upload(bucket="media-in", key=key, version="e-1", etag="e")
    assert upload.uri == f"s3://media-in/{key}"


def test_uploads_without_sequencer_event_time_separates_same_bytes():
    events = [{**record(sequencer=None), "eventTime": f"2026-12-01T10:00:{second}Z"} for second in ("00", "00", "01")]
    first, again, second = told(*events)
    assert first == again
    assert first.version != second.version
