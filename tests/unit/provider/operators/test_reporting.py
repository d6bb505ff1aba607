import pytest
from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_media.core.ffmpeg.progress import Progress
from airflow_provider_media.core.media.errors import SourceNotMedia, SourceUnreachable
from airflow_provider_media.operators import reporting
from airflow_provider_media.operators.failures import airflow_failures
from tests.task_contexts import task_context


@pytest.fixture
def task(monkeypatch):
    context = task_context()
    monkeypatch.setattr(reporting, "get_current_context", lambda: context)
    return context["ti"]


def test_progress_is_left_with_the_running_task(task):
    reporting.report_progress(Progress(name="mp4", percent=12.345, speed=2.0, eta=3.0))
    assert task.xcoms == {"progress": {"name": "mp4", "percent": 12.3, "speed": 2.0, "eta": 3.0}}


@pytest.mark.parametrize(
    ("error", "raised"),
    [(SourceNotMedia("text"), AirflowFailException), (SourceUnreachable("away"), SourceUnreachable)],
)
def test_whatever_a_task_fails_with_is_left_with_it(task, error, raised):
    with pytest.raises(raised), airflow_failures():
        raise error
    assert task.xcoms == {"error": {"code": error.code, "message": error.message}}


def test_nobody_is_told_outside_of_a_task():
    with pytest.raises(AirflowFailException, match="source_not_media"), airflow_failures():
        raise SourceNotMedia


def test_a_task_goes_on_where_it_cannot_tell(task, monkeypatch, caplog):
    def unreachable(key, value):
        raise ConnectionError("the API server is away")

    monkeypatch.setattr(task, "xcom_push", unreachable)
    reporting.report_progress(Progress(name="mp4", percent=1.0))
    assert "could not be pushed" in caplog.text
