import pytest
from airflow.sdk.exceptions import TaskDeferred

from airflow_provider_media.sensors.arrival import REFRESH_SECONDS, MediaArrivalSensor

WATCH = {"workflow": "w", "dag_id": "d", "location": "s3://in/", "suffixes": [".mp4"], "connection": "aws_default"}


def test_it_waits_in_the_triggerer_as_the_configuration_says(monkeypatch):
    monkeypatch.setenv("AIRFLOW__MEDIA__ARRIVAL_POLL_SECONDS", "0.5")
    monkeypatch.setenv("AIRFLOW__MEDIA__ARRIVAL_LOOKBACK_HOURS", "2")
    with pytest.raises(TaskDeferred) as deferred:
        MediaArrivalSensor(task_id="wait", watches=[WATCH]).execute({})
    _, arguments = deferred.value.trigger.serialize()
    assert arguments == {"watches": [WATCH], "poll_seconds": 0.5, "lookback_seconds": 7200, "give_up_seconds": REFRESH_SECONDS}
    assert deferred.value.method_name == "arrived"


def test_it_answers_with_what_has_arrived():
    event = [{"source": "s3://in/a.mp4", "dag_id": "d", "run_id": "normal__1"}]
    assert MediaArrivalSensor(task_id="wait", watches=[WATCH]).arrived({}, event) == event
