import pickle
from datetime import UTC, datetime

import pytest
from airflow.sdk.exceptions import AirflowFailException, AirflowRescheduleException

from airflow_provider_media.core.ffmpeg.errors import EncodeStalled
from airflow_provider_media.core.jobs.model import Manifest, ManifestEntry
from airflow_provider_media.core.media.errors import SourceRestoring, SourceTruncated
from airflow_provider_media.core.storage.errors import UploadFailed
from airflow_provider_media.core.submission.views import LISTED_FILES
from airflow_provider_media.operators.failures import airflow_failures
from airflow_provider_media.operators.media_operator import MediaOperator, summary


@pytest.mark.parametrize("error", [UploadFailed("the bucket is busy"), EncodeStalled("no progress for 120 s")])
def test_retryable_error_is_raised_unchanged(error):
    with pytest.raises(type(error)), airflow_failures():
        raise error


def test_permanent_error_fails_task_without_retry_and_keeps_its_code():
    with pytest.raises(AirflowFailException, match="source_truncated: it ends at 60 %") as caught, airflow_failures():
        raise SourceTruncated("it ends at 60 %")
    assert isinstance(caught.value.__cause__, SourceTruncated)
    assert pickle.loads(pickle.dumps(caught.value.__cause__)).message == "it ends at 60 %"


def test_source_being_restored_reschedules_task_without_retry():
    with pytest.raises(AirflowRescheduleException) as later, airflow_failures():
        raise SourceRestoring("s3://in/old.mp4 is being restored")
    assert 290 < (later.value.reschedule_date - datetime.now(UTC)).total_seconds() <= 300


def test_reschedule_waits_until_scheduler_has_read_process_end(monkeypatch):
    monkeypatch.setenv("AIRFLOW__MEDIA__RESTORE_POLL_SECONDS", "0.5")
    with pytest.raises(AirflowRescheduleException) as later, airflow_failures():
        raise SourceRestoring("s3://in/old.mp4 is being restored")
    assert 9 < (later.value.reschedule_date - datetime.now(UTC)).total_seconds() <= 10


def test_a_mistake_in_the_code_stays_what_it_is():
    with pytest.raises(ZeroDivisionError), airflow_failures():
        _ = 1 / 0


def test_killing_a_task_cancels_its_engine():
    operator = MediaOperator(task_id="work")
    assert not operator.cancelled
    operator.on_kill()
    assert operator.cancelled


def _manifest(count):
    made = [
        ManifestEntry(
            output="shots", file=f"{n}.jpg", uri=f"s3://out/{n}.jpg", size=n, sha256="0", media_type="image/jpeg"
        )
        for n in range(count)
    ]
    return Manifest(
        job_id="one", workflow="w", workflow_hash="h", source={}, outputs=tuple(made), uri="s3://out/manifest.json"
    )


def test_a_result_names_its_files():
    result = summary(_manifest(2))
    assert (result["manifest"], result["count"]) == ("s3://out/manifest.json", 2)
    assert [file["uri"] for file in result["files"]] == ["s3://out/0.jpg", "s3://out/1.jpg"]


def test_result_of_thousands_of_files_stays_small_and_gives_count():
    result = summary(_manifest(5000))
    assert (result["count"], len(result["files"])) == (5000, LISTED_FILES)
