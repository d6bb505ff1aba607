import time

import pytest
from airflow.sdk.exceptions import TaskDeferred

from airflow_provider_media.hooks import runs
from airflow_provider_media.sensors.arrival import PAUSED_SECONDS, REFRESH_SECONDS, MediaArrivalSensor

WORKFLOW = (
    "name: {name}\noutputs: {{poster: {{preset: poster}}}}\ntrigger: {{bucket: inbox, prefix: {name}/, account:"
    " {account}}}\n"
)


class Store(dict):
    """What Airflow keeps with an asset."""

    set = dict.__setitem__


class Stores(dict):
    def __getitem__(self, asset):
        return self.setdefault(asset.name, Store())


@pytest.fixture
def project(monkeypatch, tmp_path):
    """A project of two workflows, whose DAGs are paused by adding their ids to the set."""
    for name, value in {
        "WORKFLOWS_FOLDER": tmp_path,
        "QUEUES_FILE": tmp_path / "queues.yml",
        "PRESETS_FOLDER": tmp_path / "none",
    }.items():
        monkeypatch.setenv(f"AIRFLOW__MEDIA__{name}", str(value))
    monkeypatch.setenv("AIRFLOW__MEDIA__ARRIVAL_POLL_SECONDS", "0.5")
    monkeypatch.setenv("AIRFLOW__MEDIA__ARRIVAL_LOOKBACK_HOURS", "2")
    for name in ("vod", "social"):
        (tmp_path / f"{name}.yaml").write_text(WORKFLOW.format(name=name, account="default"))
    paused = set()
    monkeypatch.setattr(runs, "is_paused", paused.__contains__)
    return tmp_path, paused


def deferred(stores=None, workflows=("vod", "social"), **options):
    """The arguments of the trigger that a sensor waits in."""
    with pytest.raises(TaskDeferred) as caught:
        MediaArrivalSensor(task_id="wait", workflows=workflows, **options).execute(
            {"asset_state_store": Stores() if stores is None else stores}
        )
    assert caught.value.method_name == "arrived"
    return caught.value.trigger.serialize()[1]


def test_arrival_sensor_watches_triggers_of_its_workflows_as_configured(project):
    arguments = deferred()
    assert (arguments["poll_seconds"], arguments["give_up_seconds"]) == (0.5, REFRESH_SECONDS)
    assert [(watch["workflow"], watch["trigger"]["prefix"]) for watch in arguments["watches"]] == [
        ("vod", "vod/"),
        ("social", "social/"),
    ]
    assert time.time() - 7200 == pytest.approx(arguments["watches"][0]["since"], abs=60)


def test_following_sensor_watches_workflows_added_after_its_dag_was_parsed(project):
    folder, _ = project
    (folder / "late.yaml").write_text(WORKFLOW.format(name="late", account="default"))
    (folder / "told.yaml").write_text(
        WORKFLOW.format(name="told", account="default").replace("account:", "events: push, account:")
    )
    (folder / "vod.yaml").unlink()
    arguments = deferred(follows=True)
    assert [watch["workflow"] for watch in arguments["watches"]] == arguments["watched"] == ["late", "social"]
    assert deferred()["watched"] is None


def test_paused_workflow_is_not_watched_and_soon_checked_again(project):
    project[1].add("media_vod")
    arguments = deferred()
    assert [watch["workflow"] for watch in arguments["watches"]] == ["social"]
    assert arguments["give_up_seconds"] == PAUSED_SECONDS


def test_uploads_before_and_during_long_pause_are_watched_after_unpause(project, monkeypatch):
    stores, began = Stores(), time.time()
    project[1].add("media_vod")
    deferred(stores)
    for hours in range(100):
        monkeypatch.setattr(time, "time", lambda hours=hours: began + 3600 * hours)
        deferred(stores)
    project[1].clear()
    vod, social = deferred(stores)["watches"]
    assert vod["since"] == pytest.approx(began - 7200, abs=60)
    assert social["since"] == began + 3600 * 97
    monkeypatch.setattr(time, "time", lambda: began + 3600 * 104)
    assert [watch["since"] for watch in deferred(stores)["watches"]] == [began + 3600 * 102] * 2


def test_paused_workflow_is_watched_if_account_lets_jobs_wait(project):
    (project[0] / "queues.yml").write_text("accounts: {default: {paused_workflows: wait}}")
    project[1].add("media_vod")
    arguments = deferred()
    assert [watch["workflow"] for watch in arguments["watches"]] == ["vod", "social"]
    assert MediaArrivalSensor(task_id="wait", workflows=["vod"]).arrived({}, [arrival("vod")]) == [arrival("vod")]


def test_a_workflow_that_is_no_longer_there_is_left_out(project):
    assert deferred(workflows=("gone", "vod"))["watches"][0]["workflow"] == "vod"


def test_workflow_with_unknown_account_does_not_stop_watch_of_others(project):
    (project[0] / "vod.yaml").write_text(WORKFLOW.format(name="vod", account="nobody"))
    assert [watch["workflow"] for watch in deferred()["watches"]] == ["social"]


def arrival(workflow):
    return {"workflow": workflow, "upload": {"bucket": "inbox", "key": "a.mp4", "version": "1"}, "job": "1", "size": 5}


def test_it_answers_with_what_has_arrived(project):
    event = [arrival("vod")]
    assert MediaArrivalSensor(task_id="wait", workflows=["vod"]).arrived({}, event) == event


def test_arrival_at_workflow_paused_meanwhile_is_left_for_later(project):
    stores, began = Stores(), time.time()
    project[1].add("media_vod")
    sensor = MediaArrivalSensor(task_id="wait", workflows=["vod", "social"])
    assert sensor.arrived({"asset_state_store": stores}, [arrival("vod"), arrival("social")]) == [arrival("social")]
    project[1].clear()
    assert deferred(stores)["watches"][0]["since"] == pytest.approx(began - 7200, abs=60)
