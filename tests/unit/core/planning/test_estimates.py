from fractions import Fraction

import pytest

from airflow_provider_media.core.planning.estimates import (
    PROCESSOR_SECONDS,
    artifact_estimates,
    processor_seconds,
    quality_bit_rate,
)
from tests.planned import plan, workflow


def sizes(outputs):
    made = plan(outputs)
    return {
        one.rendition or one.artifact.output: one.size for one in artifact_estimates(made, workflow(outputs).outputs)
    }


def test_stated_bit_rates_are_taken_as_they_are():
    spec = {"kind": "transcode", "video": {"bitrate": 2_000_000}, "audio": {"bitrate": 128_000}}
    assert sizes({"web": spec})["web"] == pytest.approx(10 * 2_128_000 / 8, rel=0.01)


def test_constant_quality_stays_under_its_ceiling():
    spec = {"kind": "transcode", "video": {"crf": 10, "max_bitrate": 1_000_000}, "audio": "drop"}
    assert sizes({"web": spec})["web"] == pytest.approx(10 * 1_000_000 / 8, rel=0.01)


def test_better_quality_and_more_pixels_take_more_bits():
    usual = quality_bit_rate("h264", 22, width=1280, height=720, frame_rate=Fraction(25))
    assert quality_bit_rate("h264", 16, width=1280, height=720, frame_rate=Fraction(25)) == pytest.approx(2 * usual)
    assert quality_bit_rate("h264", 22, width=1920, height=1080, frame_rate=Fraction(25)) > usual


def test_ladder_is_estimated_by_rung_and_audio_rendition():
    found = sizes({"stream": {"kind": "ladder"}})
    assert {"1080p", "720p", "480p", "360p"} < set(found)
    assert found["1080p"] > found["720p"] > found["480p"] > found["360p"]
    assert len(found) == 5


def test_series_of_pictures_counts_each_picture():
    one = sizes({"shots": {"kind": "snapshots", "at": ["1s"]}})["shots"]
    assert sizes({"shots": {"kind": "snapshots", "at": ["1s", "2s", "3s"]}})["shots"] == pytest.approx(3 * one, abs=2)


def test_processor_seconds_follow_the_cost_of_a_unit():
    (unit,) = plan({"web": {"kind": "transcode"}}).units
    assert processor_seconds(unit) == pytest.approx(unit.cost * PROCESSOR_SECONDS, abs=0.001)
