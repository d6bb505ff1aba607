"""Which unit checks a source whose full decode was deferred."""

from dataclasses import replace

import pytest

from airflow_provider_media.core.planning.decode_checks import has_full_decode
from airflow_provider_media.core.planning.plan import make_plan
from airflow_provider_media.core.plans import ExpectedDecode
from airflow_provider_media.core.workflows.model import Workflow
from tests.planned import SOURCE, media

FILM = {"kind": "transcode"}
LADDER = {"kind": "ladder"}
SHOTS = {"kind": "snapshots", "at": [1]}
PARTIAL = [
    {"kind": "transcode", "video": "copy"},
    {"kind": "transcode", "video": "drop"},
    {"kind": "transcode", "container": "m4a"},
    {"kind": "transcode", "trim": {"start": 1}},
    {"kind": "transcode", "required": False},
    {"kind": "ladder", "required": False},
    {"kind": "sprites", "every": "1s"},
    SHOTS,
]


def workflow(**outputs):
    return Workflow.model_validate({"name": "w", "output": {"path": "{output}_{number}.{format}"}, "outputs": outputs})


def planned(**outputs):
    return make_plan(workflow(**outputs), replace(media(), is_decode_deferred=True), source=SOURCE, tools="t")


@pytest.mark.parametrize(
    "outputs", [{"film": FILM}, {"stream": LADDER}, {"shots": SHOTS, "film": FILM}, {"film": FILM, "stream": LADDER}]
)
def test_plan_deferred_decode_checked_by_one_required_unit(outputs):
    assert has_full_decode(workflow(**outputs).outputs.values())
    plan = planned(**outputs)
    assert [unit.expected_decode for unit in plan.units if unit.expected_decode] == [
        ExpectedDecode(stream=0, frames=250, start=0.0, duration=10.0)
    ]
    assert all(unit.required for unit in plan.units if unit.expected_decode)


@pytest.mark.parametrize("output", PARTIAL)
def test_plan_without_full_decode_of_deferred_source_refused(output):
    assert not has_full_decode(workflow(part=output).outputs.values())
    with pytest.raises(ValueError, match="no unit decodes it"):
        planned(part=output)


def test_plan_two_passes_checked_in_one_unit():
    (unit,) = planned(film={"kind": "transcode", "video": {"passes": 2, "bitrate": 1_000_000}}).units
    assert unit.expected_decode
    assert len(unit.commands) == 2


def test_plan_publishes_facts_that_were_checked():
    plan = planned(film=FILM, report={"kind": "probe_report"})
    assert not plan.media.is_decode_deferred
    assert '"is_decode_deferred": false' in plan.documents[0].content


def test_plan_decoded_source_not_checked_again():
    plan = make_plan(workflow(film=FILM), media(), source=SOURCE, tools="t")
    assert [unit.expected_decode for unit in plan.units] == [None]


def test_plan_decode_check_changes_no_content_key():
    decoded = make_plan(workflow(film=FILM), media(), source=SOURCE, tools="t")
    deferred = planned(film=FILM, other={"kind": "transcode", "video": {"passes": 2, "bitrate": 1_000_000}})
    (checking,) = (unit for unit in deferred.units if unit.expected_decode)
    assert checking.commands == decoded.units[0].commands
    assert checking.keys == decoded.units[0].keys


def finished_keys(**outputs):
    return {key for unit in planned(**outputs).units for key in unit.keys}


def replanned(finished, **outputs):
    facts = replace(media(), is_decode_deferred=True)
    return make_plan(workflow(**outputs), facts, source=SOURCE, tools="t", finished=finished)


def test_plan_decode_checked_by_unit_with_something_to_make():
    plan = replanned(finished_keys(film=FILM), film=FILM, stream=LADDER)
    assert [bool(unit.expected_decode) for unit in plan.units] == [not unit.is_finished for unit in plan.units]
    assert len(plan.units) == 2


def test_plan_decode_of_finished_outputs_still_checked():
    plan = replanned(finished_keys(film=FILM), film=FILM, shots=SHOTS)
    assert [unit.name for unit in plan.units if unit.expected_decode] == ["film"]
    assert [unit.name for unit in plan.units if not unit.is_finished] == ["shots"]
