import inspect

import pytest

from airflow_provider_media.core.errors import WorkflowInvalid
from airflow_provider_media.core.workflows.model import OUTPUT_SPECS
from airflow_provider_media.operators.images import (
    AnimatedImageOperator,
    SampleSnapshotOperator,
    SnapshotOperator,
    SpriteOperator,
    WaveformOperator,
)
from airflow_provider_media.operators.ladder import LadderOperator
from airflow_provider_media.operators.output import attempt_free_id
from airflow_provider_media.operators.transcode import TranscodeOperator, WatermarkOperator
from tests.task_contexts import task_context

PLACE = {"task_id": "t", "source": "s3://in/a.mp4", "location": "s3://out/"}
OPERATORS = [
    SnapshotOperator,
    SampleSnapshotOperator,
    AnimatedImageOperator,
    SpriteOperator,
    WaveformOperator,
    LadderOperator,
    TranscodeOperator,
]


def spec(operator):
    workflow = operator.workflow().workflow
    return workflow.outputs[operator.kind]


@pytest.mark.parametrize("operator", OPERATORS)
def test_an_operator_offers_every_field_of_its_output(operator):
    offered = set(inspect.signature(operator.__init__).parameters)
    # Where the file goes and whether it is required are matters of workflows with several outputs.
    assert set(OUTPUT_SPECS[operator.kind].model_fields) - {"kind", "required", "path"} <= offered


@pytest.mark.parametrize(
    ("operator", "fields"),
    [
        (SnapshotOperator, {"at": ("10%", 3), "format": "png", "width": 320}),
        (SampleSnapshotOperator, {"every": "10%", "quality": 90}),
        (AnimatedImageOperator, {"start": 1, "loop": False, "format": "webp"}),
        (SpriteOperator, {"columns": 5, "rows": 4}),
        (LadderOperator, {"protocols": ("hls",), "segment_seconds": 2.0}),
        (TranscodeOperator, {"container": "webm"}),
    ],
)
def test_fields_reach_the_output_and_the_others_keep_their_defaults(operator, fields):
    made, default = spec(operator(**PLACE, **fields)), OUTPUT_SPECS[operator.kind].model_fields
    for name in ("format", "quality", "columns", "rows", "protocols", "container", "loop", "segment_seconds"):
        if name in fields:
            assert getattr(made, name) == fields[name]
        elif name in default:
            assert getattr(made, name) == default[name].default


@pytest.mark.parametrize("operator", [TranscodeOperator, LadderOperator])
def test_quality_is_a_word_or_a_target(operator):
    assert spec(operator(**PLACE, quality="measure")).quality == "measure"
    assert spec(operator(**PLACE, quality={"target": 93, "max_crf": 30})).quality.max_crf == 30


def test_a_watermark_is_a_transcode_with_one_watermark():
    (mark,) = spec(WatermarkOperator(**PLACE, text="hello", corner="center", opacity=0.5, container="mkv")).watermarks
    assert (mark.text, mark.corner, mark.opacity) == ("hello", "center", 0.5)


def test_a_preset_fills_in_what_an_operator_leaves_open():
    assert spec(SnapshotOperator(**PLACE, preset="poster")).at


def test_a_wrong_field_is_refused_with_the_right_word():
    with pytest.raises(WorkflowInvalid, match="png"):
        SnapshotOperator(**PLACE, at=[1], format="pgn").workflow()


def test_source_location_and_spec_are_templated():
    assert {"source", "location", "spec", "path", "source_conn_id", "output_conn_id"} <= set(
        SnapshotOperator.template_fields
    )


def test_attempts_of_task_share_job_id_but_tasks_do_not():
    first = attempt_free_id(task_context())
    assert attempt_free_id(task_context(try_number=2)) == first
    assert attempt_free_id(task_context(map_index=0)) != first
