"""Events made of visits agree with the history that the interpreter records of the same execution."""

import datetime as dt

import pytest

from airflow_provider_media.core.statelang import Start, TaskErred, TaskSucceeded, parse, replay
from airflow_provider_media.core.statelang.engine.visit_events import events_of
from airflow_provider_media.core.statelang.engine.visits import StateVisit, visits_of
from airflow_provider_media.core.statelang.service import ExecutionView

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
TASK = {"Type": "Task", "Resource": "r:work"}


def one(name, **state):
    return {"StartAt": name, "States": {name: {"End": True, **state}}}


MACHINE = parse(
    {
        "StartAt": "Look",
        "States": {
            "Look": {**TASK, "Catch": [{"ErrorEquals": ["NotYet"], "Next": "Each"}], "Next": "Both"},
            "Both": {"Type": "Parallel", "Branches": [one("Film", **TASK), one("Sound", **TASK)], "Next": "Each"},
            "Each": {
                "Type": "Map",
                "ItemsPath": "$$.Execution.Input.items",
                "ItemProcessor": {
                    "StartAt": "Cut",
                    "States": {"Cut": {**TASK, "Next": "Note"}, "Note": {"Type": "Pass", "End": True}},
                },
                "End": True,
            },
        },
    }
)


def after(*entries):
    journal = [
        kind(id=name, at=AT + dt.timedelta(seconds=number), **more)
        for number, (kind, name, more) in enumerate(entries, 1)
    ]
    return replay(MACHINE, Start(at=AT, input={"items": [1, 2]}, name="job", execution_id="arn:job"), journal)


def made_of(run):
    """The events that the visits of an execution give."""
    end = run.execution
    execution = ExecutionView(
        machine="m",
        name="job",
        status=end.status if end else "RUNNING",
        started_at=AT,
        ended_at=run.events[-1].at if end else None,
        input=run.start.input,
        output=end.output if end else None,
        error=end.error if end else None,
        cause=end.cause if end else None,
    )
    return events_of(MACHINE, execution, visits_of(run))


def kinds(events):
    return [(event.type, event.details.get("name"), event.details.get("index")) for event in events]


def done(name, output=None):
    return TaskSucceeded, name, {"output": output}


def erred(name, error):
    return TaskErred, name, {"error": error, "cause": "why"}


LOOK, FILM, SOUND = done("/Look@1#1", {}), done("/Both[0]/Film@1#1", "f"), done("/Both[1]/Sound@1#1", "s")
CUTS = (done("/Each[0]/Cut@1#1", 10), done("/Each[1]/Cut@1#1", 20))
WAYS = {
    "whole": (LOOK, FILM, SOUND, *CUTS),
    "branch fails": (LOOK, FILM, erred("/Both[1]/Sound@1#1", "Broken")),
    "first fails": (erred("/Look@1#1", "Broken"),),
    "first times out": (erred("/Look@1#1", "States.Timeout"),),
    "caught": (erred("/Look@1#1", "NotYet"), *CUTS),
    "iteration fails": (LOOK, FILM, SOUND, CUTS[0], erred("/Each[1]/Cut@1#1", "Broken")),
    "runs": (LOOK, FILM),
    "iteration runs": (LOOK, FILM, SOUND, CUTS[0]),
}


@pytest.mark.parametrize("way", WAYS)
def test_events_of_visits_are_those_that_the_interpreter_records(way):
    run = after(*WAYS[way])
    assert sorted(kinds(made_of(run)), key=str) == sorted(kinds(run.events), key=str)
    ends = [event for event in run.events if event.type.startswith(("Execution", "TaskFailed"))]
    found = [event for event in made_of(run) if event.type.startswith(("Execution", "TaskFailed"))]
    assert [{**event.details} for event in found] == [{**event.details} for event in ends]


@pytest.mark.parametrize("way", WAYS)
def test_events_of_visits_rise_and_name_the_event_before(way):
    events = made_of(after(*WAYS[way]))
    by_id = {event.id: event for event in events}
    assert [event.id for event in events] == list(range(1, len(events) + 1))
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert [event.id for event in events if event.previous == 0] == [1]
    assert all(event.previous < event.id and (event.id == 1 or event.previous in by_id) for event in events)


def test_events_of_visits_hold_input_and_output_of_states():
    events = made_of(after(*WAYS["whole"]))
    entered = next(event for event in events if event.type == "ParallelStateEntered")
    exited = next(event for event in events if event.type == "ParallelStateExited")
    assert (entered.details, exited.details) == (
        {"name": "Both", "input": {}},
        {"name": "Both", "output": ["f", "s"]},
    )
    assert events[-1].details == {"output": [10, 20]}


def test_events_of_iteration_lead_back_to_map():
    events = made_of(after(*WAYS["whole"]))
    by_id = {event.id: event for event in events}
    cut = [event for event in events if event.type == "TaskStateEntered" and event.details["name"] == "Cut"]
    starts = [by_id[event.previous] for event in cut]
    assert [(start.type, start.details["index"]) for start in starts] == [
        ("MapIterationStarted", 0),
        ("MapIterationStarted", 1),
    ]
    assert {by_id[start.previous].type for start in starts} == {"MapStateStarted"}


def test_events_with_clock_skew_stay_in_causal_order():
    machine = parse(
        {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "End": True}}}
    )
    early, late = AT, AT + dt.timedelta(seconds=5)
    visits = [
        StateVisit(state="A", status="succeeded", entered=early, exited=late),
        StateVisit(state="B", status="succeeded", entered=early + dt.timedelta(seconds=4), exited=early),
    ]
    execution = ExecutionView(machine="m", name="job", status="ABORTED", started_at=late, ended_at=early, error="E")
    events = events_of(machine, execution, visits)
    assert [event.type.removesuffix("State") for event in events] == [
        "ExecutionStarted",
        "PassStateEntered",
        "PassStateExited",
        "PassStateEntered",
        "PassStateExited",
        "ExecutionAborted",
    ]
    assert [event.previous for event in events] == list(range(6))
    assert [event.at for event in events] == sorted(event.at for event in events)
