"""Targets of quality in workflows: what they exclude, and where a mistake is reported."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from airflow_provider_media.core.outputs import LadderSpec, TranscodeSpec
from airflow_provider_media.core.outputs.quality import QualityTarget


def transcode(**fields):
    return TranscodeSpec.model_validate({"kind": "transcode", **fields})


def test_target_stands_beside_the_word_measure():
    assert transcode(quality="measure").quality == "measure"
    assert transcode(quality={"target": 93}).quality == QualityTarget(target=93)
    assert LadderSpec.model_validate({"quality": {"target": 93, "max_crf": 30}}).codec == "h264"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"quality": {"target": 90}, "video": {"bitrate": 900_000}}, "take video.bitrate out"),
        ({"quality": {"target": 90, "max_crf": 60}}, "max_crf 60 is above 51, the highest crf of h264"),
        ({"quality": {"target": 90, "min_crf": 30, "max_crf": 20}}, "min_crf 30 is above max_crf 20"),
        ({"quality": {"target": 100}}, "less than or equal to 99"),
        ({"quality": {"max_crf": 20}}, "Field required"),
    ],
)
def test_mistake_in_a_target_is_reported_at_the_field_quality(fields, expected):
    with pytest.raises(ValidationError, match=expected) as caught:
        transcode(**fields)
    assert "quality" in caught.value.errors()[-1]["loc"]


def test_limits_follow_the_codec_of_the_container():
    assert transcode(container="webm", quality={"target": 90, "max_crf": 60}).quality.max_crf == 60
    assert LadderSpec.model_validate({"codec": "av1", "quality": {"target": 90, "max_crf": 60}}).codec == "av1"
    with pytest.raises(ValidationError, match="above 51"):
        LadderSpec.model_validate({"quality": {"target": 90, "max_crf": 60}})


def test_bitrate_of_a_rung_beside_a_target_is_refused():
    rung = {"short_side": 720, "bitrate": 1_000_000, "max_bitrate": 2_000_000}
    with pytest.raises(ValidationError, match=r"take renditions\[0\].bitrate out"):
        LadderSpec.model_validate({"renditions": [rung], "quality": {"target": 90}})


@pytest.mark.parametrize("picture", [{"video": "copy"}, {"video": "drop"}, {"container": "m4a"}])
def test_target_needs_an_encoded_picture(picture):
    with pytest.raises(ValidationError, match="quality is measured of an encoded picture"):
        transcode(quality={"target": 90}, **picture)
