"""Which machines can be a graph of tasks, and what it looks like."""

from __future__ import annotations

import pytest

from airflow_provider_media.core.statelang import parse
from airflow_provider_media.core.statelang.native import NativePlan, Refusal, shape_of

PASS = {"Type": "Pass", "End": True}
TASK = {"Type": "Task", "Resource": "media:probe", "End": True}


def machine(**states):
    return parse({"StartAt": next(iter(states)), "States": states})


def branch(**states):
    return {"StartAt": next(iter(states)), "States": states}


def map_of(processor, **fields):
    return {"Type": "Map", "ItemProcessor": processor, "End": True, **fields}


RETRY = [{"ErrorEquals": ["States.ALL"]}]
AGAIN = {"Type": "Choice", "Choices": [{"Variable": "$.n", "IsPresent": True, "Next": "A"}], "Default": "C"}
REFUSED = {
    "a loop": (machine(A={"Type": "Pass", "Next": "B"}, B=AGAIN, C=PASS), "it loops: A → B → A"),
    "a state that leads to itself": (machine(A={"Type": "Task", "Resource": "r:r", "Next": "A"}), "it loops: A → A"),
    "a Map inside a Map": (machine(M=map_of(branch(N=map_of(branch(P=PASS))))), "'N': a Map inside a Map"),
    "a Map in a Parallel in a Map": (
        machine(M=map_of(branch(Q={"Type": "Parallel", "Branches": [branch(N=map_of(branch(P=PASS)))], "End": True}))),
        "'N': a Map inside a Map",
    ),
    "a distributed Map": (
        machine(M=map_of({"ProcessorConfig": {"Mode": "DISTRIBUTED"}, **branch(P=PASS)})),
        "'M': a distributed Map",
    ),
    "Retry of a Map": (machine(M=map_of(branch(P=PASS), Retry=RETRY)), "'M': Retry of a Map"),
    "Retry of a Parallel": (
        machine(Q={"Type": "Parallel", "Branches": [branch(P=PASS)], "Retry": RETRY, "End": True}),
        "Retry of a Parallel",
    ),
    "a concurrency from the input": (
        machine(M=map_of(branch(P=PASS), MaxConcurrencyPath="$.n")),
        "MaxConcurrency must be a number",
    ),
    "names that are too long": (
        machine(
            **{
                "a" * 80: {
                    "Type": "Parallel",
                    "Branches": [branch(**{"b" * 80: map_of(branch(**{"c" * 80: PASS}))})],
                    "End": True,
                }
            }
        ),
        "longer than Airflow takes",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_task_graph_cannot_express_is_refused_with_reason(name):
    found = shape_of(REFUSED[name][0])
    assert isinstance(found, Refusal)
    assert REFUSED[name][1] in found.reason


def planned(found):
    assert isinstance(found, NativePlan), found
    return found.shape


def test_steps_come_after_those_that_lead_to_them():
    choice = {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericGreaterThan": 1, "Next": "B"}], "Default": "C"}
    states = {"C": PASS, "B": {"Type": "Pass", "Next": "C"}, "A": choice}
    shape = planned(shape_of(parse({"StartAt": "A", "States": states})))
    assert [step.state for step in shape.steps] == ["A", "B", "C"]
    assert [(way.target, way.label) for way in shape.steps[0].ways] == [("B", "$.n > 1"), ("C", "otherwise")]
    assert [step.ends for step in shape.steps] == [False, False, True]
    assert [step.state for step in shape.leading_to("C")] == ["A", "B"]


def test_ids_are_names_that_airflow_takes_and_never_meet():
    shape = planned(
        shape_of(
            machine(
                **{"a b": {"Type": "Pass", "Next": "a/b"}, "a/b": {"Type": "Pass", "Next": "result"}, "result": PASS}
            )
        )
    )
    assert [step.id for step in shape.steps] == ["a_b", "a_b_2", "result_2"]


def test_a_state_that_nothing_leads_to_has_no_task():
    assert [step.state for step in planned(shape_of(machine(A=PASS, Lost=PASS))).steps] == ["A"]


def test_retries_of_a_task_are_those_of_all_its_retriers():
    retry = [{"ErrorEquals": ["A"], "MaxAttempts": 2}, {"ErrorEquals": ["States.ALL"]}]
    assert planned(shape_of(machine(T={**TASK, "Retry": retry}))).steps[0].retries == 5
