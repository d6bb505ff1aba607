"""URIs of media in the data of executions."""

from dataclasses import replace
from datetime import UTC, datetime

from airflow_provider_media.core.statelang import parse
from airflow_provider_media.core.statelang.engine.mentioned import made_media, uris_in
from airflow_provider_media.core.statelang.engine.visits import ExecutionHistory, StateVisit, maps_around
from airflow_provider_media.core.statelang.service import ExecutionView

SINCE = datetime(2026, 12, 1, tzinfo=UTC)


def history(given, *visits):
    execution = ExecutionView(machine="m", name="one", status="SUCCEEDED", started_at=SINCE, input=given)
    return ExecutionHistory(execution=execution, picture="", redrives=0, visits=visits)


MADE = StateVisit(state="Make", kind="Task", status="succeeded", entered=SINCE, output={"files": ["s3://out/a.jpg"]})


def test_uris_are_found_at_every_depth():
    value = {"a": ["s3://in/1.mp4", {"b": "no uri"}], "c": "see s3://in/2.mp4", "d": None, "e": 3}
    assert list(uris_in(value)) == ["s3://in/1.mp4"]


def test_media_of_task_outputs_is_made():
    assert made_media(history({}, MADE)) == {"s3://out/a.jpg"}
    table = replace(MADE, output={"files": ["s3://out/a.html", "s3://out/a.json", "s3://out/a.svg.exe"]})
    assert made_media(history({}, table)) == frozenset()


def test_media_that_the_input_names_is_not_made():
    assert made_media(history({"x": ["s3://out/a.jpg"]}, MADE)) == frozenset()


def test_media_that_a_task_was_given_is_not_its_own():
    given = "see s3://out/a.jpg"  # a Pass state takes the URI out of it
    copied = replace(MADE, input={"uri": "s3://out/a.jpg"}, output={"uri": "s3://out/a.jpg", "seen": True})
    assert made_media(history({"text": given}, copied)) == frozenset()
    assert made_media(history({}, MADE, copied)) == {"s3://out/a.jpg"}


def test_media_from_states_that_are_no_tasks_is_not_made():
    assert made_media(history({}, replace(MADE, kind="Pass"))) == frozenset()


def test_maps_around_a_state_are_named_from_outside_in():
    inner = {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}
    inside = {"Type": "Map", "ItemProcessor": inner, "End": True}
    both = {"Type": "Parallel", "Branches": [{"StartAt": "In", "States": {"In": inside}}], "End": True}
    outside = {"Type": "Map", "ItemProcessor": {"StartAt": "Both", "States": {"Both": both}}, "End": True}
    found = maps_around(parse({"StartAt": "Out", "States": {"Out": outside}}))
    assert found == {"Out": (), "Both": ("Out",), "In": ("Out",), "A": ("Out", "In")}
