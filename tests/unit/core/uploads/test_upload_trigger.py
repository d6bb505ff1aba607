from pathlib import Path

import pytest

from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.accounts.errors import LocationForbidden, RequestInvalid
from airflow_provider_media.core.submission.errors import QueueFull, WorkflowUnknown
from airflow_provider_media.core.submission.submit import StoredJob
from airflow_provider_media.core.uploads.matching import Upload
from airflow_provider_media.core.uploads.upload_trigger import (
    check_trigger,
    matches_push,
    matches_queue,
    reprocess,
    submit_uploads,
    waits_for,
)
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.parsing import build_workflow
from airflow_provider_media.core.workflows.presets import load_presets

ACCOUNT = Account()


def workflow(name="vod", **trigger):
    wanted = {"name": name, "outputs": {"poster": {"kind": "snapshots", "at": ["0s"]}}, "priority": "low"}
    trigger = {"bucket": "media-in", "prefix": "Shows/", "suffixes": [".MP4"], **trigger}
    return freeze(build_workflow(wanted | {"trigger": trigger}, load_presets(Path("/nonexistent"))))


def trigger(**fields):
    return workflow(**fields).workflow.trigger


def upload(key="shows/a.mp4", bucket="media-in", version="1"):
    return Upload(bucket=bucket, key=key, version=version, etag="e")


class Store:
    """Keeps submissions by their ids."""

    def __init__(self, room=99):
        self.kept, self.room = {}, room

    def record(self, submission, account):
        created = submission.job_id not in self.kept
        if created and len(self.kept) == self.room:
            raise QueueFull
        first = self.kept.setdefault(submission.job_id, submission)
        return StoredJob(
            request=first.request, priority=first.priority, submitted_at=first.submitted_at, created=created
        )


@pytest.mark.parametrize("key", ["shows/a.mp4", "SHOWS/A.Mp4", "Shows/deep/er.mp4"])
def test_prefixes_and_suffixes_match_without_regard_to_case(key):
    assert waits_for(trigger(), upload(key))


@pytest.mark.parametrize("key", ["other/a.mp4", "shows/a.mov", "a.mp4", "shows/a.mp4/", "shows/.media/units/x.mp4"])
def test_waits_for_other_prefix_suffix_or_job_file_is_false(key):
    assert not waits_for(trigger(suffixes=[".mp4", "/"]), upload(key))


def test_another_bucket_is_not_waited_for():
    assert not waits_for(trigger(), upload(bucket="out"))


QUEUE = "https://sqs.eu-central-1.amazonaws.com/1/uploads"


@pytest.mark.parametrize(
    ("fields", "push", "queue"),
    [
        ({}, False, False),
        ({"events": "push"}, True, False),
        ({"events": "push", "account": "acme"}, False, False),
        ({"events": "sqs", "queue": QUEUE}, False, True),
        ({"events": "sqs", "queue": f"{QUEUE}-2"}, False, False),
    ],
)
def test_a_workflow_hears_of_uploads_in_one_way_alone(fields, push, queue):
    assert (matches_push(workflow(**fields), ACCOUNT), matches_queue(workflow(**fields), QUEUE)) == (push, queue)


def test_a_workflow_without_a_trigger_hears_of_nothing():
    by_hand = freeze(workflow().workflow.model_copy(update={"trigger": None}))
    assert not matches_push(by_hand, ACCOUNT)
    assert not matches_queue(by_hand, QUEUE)
    assert not waits_for(None, upload())


def test_submit_uploads_one_job_per_waiting_workflow_and_object_version():
    store, waiting = Store(), [workflow("vod"), workflow("podcast"), workflow("other", bucket="out")]
    first = list(submit_uploads([upload(), upload()], waiting, account=ACCOUNT, store=store))
    again = list(submit_uploads([upload(version="2")], waiting, account=ACCOUNT, store=store))
    assert [(each.workflow, each.created) for each in first] == [
        ("vod", True),
        ("podcast", True),
        ("vod", False),
        ("podcast", False),
    ]
    assert [each.created for each in again] == [True, True]
    assert set(store.kept) == {each.job for each in first + again}


def test_submit_uploads_job_has_workflow_priority_and_source_version():
    store = Store()
    list(submit_uploads([upload()], [workflow()], account=ACCOUNT, store=store))
    (kept,) = store.kept.values()
    assert (kept.priority, kept.source, kept.source_version) == ("low", "s3://media-in/shows/a.mp4", "e")


def test_submit_uploads_full_queue_stops_resubmission_resumes_there():
    store, told = Store(room=1), [upload(version="1"), upload(version="2")]
    with pytest.raises(QueueFull):
        list(submit_uploads(told, [workflow()], account=ACCOUNT, store=store))
    store.room = 2
    assert [each.created for each in submit_uploads(told, [workflow()], account=ACCOUNT, store=store)] == [False, True]


def test_submit_uploads_again_after_workflow_edit_keeps_first_job():
    store, before = Store(), workflow()
    after = freeze(before.workflow.model_copy(update={"priority": "normal"}))
    (first,) = submit_uploads([upload()], [before], account=ACCOUNT, store=store)
    (again,) = submit_uploads([upload()], [after], account=ACCOUNT, store=store)
    assert (again.job, again.created) == (first.job, False)
    assert store.kept[first.job].priority == "low"


def test_check_trigger_refused_where_every_upload_would_be_refused():
    check_trigger(workflow(), ACCOUNT)
    check_trigger(workflow(), Account(sources=("s3://media-in/Shows/",), outputs=("s3://media-in/",)))
    check_trigger(freeze(workflow().workflow.model_copy(update={"trigger": None})), ACCOUNT)
    for places in ({"sources": ("s3://media-in/films/",)}, {"outputs": ("s3://elsewhere/",)}):
        with pytest.raises(LocationForbidden):
            check_trigger(workflow(), Account(**places))


def test_submit_uploads_same_content_process_or_skip_decides_job_count():
    told = [
        Upload(bucket="media-in", key="shows/a.mp4", version=f"{etag}-{number}", etag=etag)
        for number, etag in enumerate("abab")
    ]
    for same_content, jobs in (("process", 4), ("skip", 2)):
        store = Store()
        list(submit_uploads([*told, *told], [workflow(same_content=same_content)], account=ACCOUNT, store=store))
        assert len(store.kept) == jobs


def test_reprocess_object_by_each_waiting_workflow_whatever_its_events_setting():
    waiting = [
        workflow(),
        workflow("social", events="push", same_content="skip"),
        workflow("other", bucket="elsewhere"),
    ]
    store, source = Store(), "s3://media-in/shows/a.mp4"
    first, second = (reprocess(source, waiting, account=ACCOUNT, store=store) for _ in range(2))
    assert [each.workflow for each in first] == ["vod", "social"]
    assert len(store.kept) == 4
    assert {each.job for each in first}.isdisjoint(each.job for each in second)
    assert {kept.source_version for kept in store.kept.values()} == {None}, "whatever lies there by now"


def test_the_same_key_processes_an_object_again_once():
    store = Store()
    first, second = (
        reprocess("s3://media-in/shows/a.mp4", [workflow()], account=ACCOUNT, store=store, key="k") for _ in range(2)
    )
    assert [each.job for each in first] == [each.job for each in second]
    assert (first[0].created, second[0].created) == (True, False)


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("s3://media-in/films/a.mp4", WorkflowUnknown),
        ("s3://media-in/", RequestInvalid),
        ("https://host/shows/a.mp4", RequestInvalid),
        ("shows/a.mp4", RequestInvalid),
        ("ftp://host/a.mp4", RequestInvalid),
    ],
)
def test_what_no_workflow_waits_for_is_not_processed_again(source, error):
    with pytest.raises(error):
        reprocess(source, [workflow()], account=ACCOUNT, store=Store())


def test_reprocess_by_workflow_of_another_account_refused():
    with pytest.raises(WorkflowUnknown):
        reprocess("s3://media-in/shows/a.mp4", [workflow(account="acme")], account=ACCOUNT, store=Store())
