"""Each visit of a state with its input and output, and how the states of an execution stand."""

import datetime as dt

from airflow_provider_media.core.statelang import Start, TaskErred, TaskSucceeded, TimerFired, parse, replay
from airflow_provider_media.core.statelang.drawing import svg
from airflow_provider_media.core.statelang.engine.visits import standing, visits_of

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
MACHINE = parse(
    {
        "StartAt": "Look",
        "States": {
            "Look": {
                "Type": "Task",
                "Resource": "r:look",
                "Catch": [{"ErrorEquals": ["NotYet"], "Next": "Pause"}],
                "Next": "Both",
            },
            "Pause": {"Type": "Wait", "Seconds": 60, "Next": "Look"},
            "Both": {
                "Type": "Parallel",
                "Branches": [
                    {"StartAt": "Film", "States": {"Film": {"Type": "Task", "Resource": "r:film", "End": True}}},
                    {"StartAt": "Sound", "States": {"Sound": {"Type": "Task", "Resource": "r:sound", "End": True}}},
                ],
                "Next": "Tell me",
            },
            "Tell me": {"Type": "Pass", "End": True},
        },
    }
)


def after(*entries):
    journal = [
        kind(id=name, at=AT + dt.timedelta(seconds=number), **more)
        for number, (kind, name, more) in enumerate(entries, 1)
    ]
    return replay(MACHINE, Start(at=AT, input={"n": 1}, name="job", execution_id="arn:job"), journal)


NOT_YET = (TaskErred, "/Look@1#1", {"error": "NotYet", "cause": "later"})
WAITED = (TimerFired, "/Pause@1", {})
FOUND = (TaskSucceeded, "/Look@2#1", {"output": {"uri": "s3://in/a"}})
FILM = (TaskSucceeded, "/Both[0]/Film@1#1", {"output": "film"})
SOUND = (TaskSucceeded, "/Both[1]/Sound@1#1", {"output": "sound"})
BROKEN = (TaskErred, "/Both[1]/Sound@1#1", {"error": "Broken", "cause": None})


def timer(run):
    return next(iter(run.timers))


def test_waiting_state_runs_and_state_with_taken_error_was_caught():
    visits = visits_of(after(NOT_YET))
    assert [(visit.state, visit.status, visit.error) for visit in visits] == [
        ("Look", "caught", "NotYet"),
        ("Pause", "running", None),
    ]


def test_each_visit_has_its_own_input_and_output():
    run = after(NOT_YET, (TimerFired, timer(after(NOT_YET)), {}), FOUND, FILM, SOUND)
    assert run.execution.status == "SUCCEEDED"
    found = [(visit.state, visit.status, visit.input, visit.output) for visit in visits_of(run)]
    assert found[0] == ("Look", "caught", {"n": 1}, {"Error": "NotYet", "Cause": "later"})
    assert found[2] == ("Look", "succeeded", {"Error": "NotYet", "Cause": "later"}, {"uri": "s3://in/a"})
    assert ("Both", "succeeded", {"uri": "s3://in/a"}, ["film", "sound"]) in found
    assert found[-1] == ("Tell me", "succeeded", ["film", "sound"], ["film", "sound"])
    assert standing(visits_of(run)) == {
        "Look": "caught",
        "Pause": "succeeded",
        "Both": "succeeded",
        "Film": "succeeded",
        "Sound": "succeeded",
        "Tell me": "succeeded",
    }


def test_a_branch_that_was_ended_because_of_another_was_aborted():
    run = after((TaskSucceeded, "/Look@1#1", {"output": {}}), BROKEN)
    assert standing(visits_of(run)) == {"Look": "succeeded", "Both": "failed", "Film": "aborted", "Sound": "failed"}


def test_states_around_one_that_runs_run_too():
    run = after((TaskSucceeded, "/Look@1#1", {"output": {}}), FILM)
    assert standing(visits_of(run)) == {"Look": "succeeded", "Both": "running", "Film": "succeeded", "Sound": "running"}


def test_visits_inside_maps_tell_in_which_iterations():
    processor = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
    inner = {
        "StartAt": "In",
        "States": {
            "In": {"Type": "Map", "ItemProcessor": processor, "Next": "After"},
            "After": {"Type": "Pass", "End": True},
        },
    }
    machine = parse(
        {
            "StartAt": "Out",
            "States": {"Out": {"Type": "Map", "ItemProcessor": inner, "Next": "End"}, "End": {"Type": "Succeed"}},
        }
    )
    visits = visits_of(replay(machine, Start(at=AT, input=[[1, 2], [3]], name="job"), []))
    places = [f"{visit.state}{visit.place}" for visit in visits]
    assert sorted(places) == ["After[0]", "After[1]", "End", "In[0]", "In[1]", "Out", "P[0][0]", "P[0][1]", "P[1][0]"]


def test_visits_in_child_executions_have_their_iterations_but_no_branches():
    each = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
    distributed = {
        "Type": "Map",
        "ItemProcessor": {**each, "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}},
        "End": True,
    }
    branch = {"StartAt": "Wide [1]/x", "States": {"Wide [1]/x": distributed}}
    outer = {"StartAt": "Both", "States": {"Both": {"Type": "Parallel", "Branches": [branch], "End": True}}}
    machine = parse({"StartAt": "Out", "States": {"Out": {"Type": "Map", "ItemProcessor": outer, "End": True}}})
    visits = visits_of(replay(machine, Start(at=AT, input=[[1, 2], [3]], name="job"), []))
    assert sorted(visit.place for visit in visits if visit.state == "P") == ["[0][0]", "[0][1]", "[1][0]"]


def test_the_picture_is_coloured_by_how_states_stand():
    drawn = svg(MACHINE, {"Look": "failed"})
    assert drawn.count("#fbd3d0") == 1
    assert "#fbd3d0" not in svg(MACHINE)
