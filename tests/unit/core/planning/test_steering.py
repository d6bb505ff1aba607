"""Steering: what a search has found becomes part of outputs before they are planned."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from airflow_provider_media.core.planning.plan import make_plan
from airflow_provider_media.core.planning.samples import margin, sample_spans
from airflow_provider_media.core.planning.steering import (
    SteeredOutput,
    SteeredRendition,
    Steering,
    capped,
    found_choices,
    preview_choices,
    searched_videos,
    steered,
)
from airflow_provider_media.core.planning.timing import Span
from tests.planned import SOURCE, media, video, workflow

TARGET = {"target": 93}
RUNGS = [
    {"short_side": side, "max_bitrate": most} for side, most in ((1080, 6_000_000), (720, 3_000_000), (360, 800_000))
]
LADDER = {"kind": "ladder", "quality": TARGET, "renditions": RUNGS}


def found(**crfs: float) -> SteeredOutput:
    renditions = [
        SteeredRendition(rendition=name, crf=crf, vmaf=93.2, goal=93, bitrate=1_800_000, probes=3)
        for name, crf in crfs.items()
    ]
    return SteeredOutput(renditions=tuple(renditions), samples=3, cpu_seconds=12)


def values(arguments, option) -> list[str]:
    return [value for name, value in pairwise(arguments) if name == option]


def test_found_factors_are_those_of_the_plan():
    outputs = workflow({"web": {"kind": "transcode", "quality": TARGET}, "stream": LADDER}).outputs
    source = media(video(width=1280, height=720))
    steering = Steering(outputs={"web": found(web=27.25), "stream": found(**{"720p": 28, "360p": 24.5})})
    changed = steered(capped(outputs), source, steering)
    planned = make_plan(
        workflow({"web": LADDER}).model_copy(update={"outputs": changed}), source, source=SOURCE, tools="t"
    )
    assert sorted(values(planned.units[0].commands[0].arguments, "-crf")) == ["24.5", "27.25", "28"]


def test_found_factor_and_same_factor_by_hand_share_a_key():
    outputs = workflow({"web": {"kind": "transcode", "quality": TARGET}}).outputs
    by_hand = workflow({"web": {"kind": "transcode", "video": {"crf": 27}}})
    changed = steered(capped(outputs), media(), Steering(outputs={"web": found(web=27.0)}))
    plans = [
        make_plan(each, media(), source=SOURCE, tools="t")
        for each in (by_hand, by_hand.model_copy(update={"outputs": changed}))
    ]
    assert plans[0].units[0].keys == plans[1].units[0].keys


def test_rungs_of_a_steered_ladder_are_those_of_the_ladder():
    # 900 lines: a rung of the source's own size takes the place of 1080.
    source = media(video(width=1600, height=900))
    outputs = capped(workflow({"stream": LADDER}).outputs)
    names = [each.rendition for each in searched_videos("stream", outputs["stream"], source)]
    changed = steered(outputs, source, Steering(outputs={"stream": found(**dict.fromkeys(names, 30.0))}))
    plans = [
        make_plan(workflow({"stream": LADDER}).model_copy(update={"outputs": each}), source, source=SOURCE, tools="t")
        for each in (outputs, changed)
    ]
    tracks = [[(track.name, track.bitrate) for track in plan.packages[0].tracks] for plan in plans]
    assert tracks[0] == tracks[1]
    assert names == ["900p", "720p", "360p"]


def test_lower_of_two_ceilings_holds():
    outputs = workflow(
        {
            "free": {"kind": "transcode", "quality": {**TARGET, "max_bitrate": 900_000}},
            "own": {
                "kind": "transcode",
                "quality": {**TARGET, "max_bitrate": 900_000},
                "video": {"max_bitrate": 500_000},
            },
            "stream": {**LADDER, "quality": {**TARGET, "max_bitrate": 900_000}},
        }
    ).outputs
    limited = capped(outputs)
    assert limited["free"].video.max_bitrate == 900_000
    assert limited["own"].video.max_bitrate == 500_000
    assert [rung.max_bitrate for rung in limited["stream"].renditions] == [900_000, 900_000, 800_000]


def test_output_without_a_target_is_left_as_it_is():
    outputs = workflow(
        {"web": {"kind": "transcode", "quality": "measure"}, "shot": {"kind": "snapshots", "at": [1]}}
    ).outputs
    assert capped(outputs) == outputs
    assert searched_videos("web", outputs["web"], media()) == ()


def test_source_without_picture_has_nothing_to_search():
    source = replace(media(), video=())
    assert searched_videos("stream", workflow({"stream": LADDER}).outputs["stream"], source) == ()
    assert list(preview_choices(workflow({"stream": LADDER}).outputs, source)) == []


def test_notes_say_what_was_found_and_its_cost():
    target = workflow({"web": {"kind": "transcode", "quality": TARGET}}).outputs["web"].quality
    notes = list(found_choices("web", found(web=27.25), target, is_known=False))
    assert notes == [
        "web: crf 27.25 reaches VMAF 93.2 (target 93) in samples, at about 1.80 Mbit/s",
        "web: the search took 12 processor seconds for 3 samples",
    ]
    limit = replace(found(web=45).renditions[0], vmaf=80.0)
    (first, _) = found_choices("web", replace(found(), renditions=(limit,)), target, is_known=True)
    assert "is the limit and reaches only VMAF 80.0" in first


@pytest.mark.parametrize(("seconds", "count"), [(3, 1), (9, 1), (10, 3), (120, 3), (240, 6), (7200, 12)])
def test_samples_are_few_and_within_the_film(seconds, count):
    spans = sample_spans(Span(start=5.0, end=5.0 + seconds), gop_seconds=1.0)
    assert len(spans) == count
    assert spans[0].start >= 5
    assert spans[-1].end <= 5 + seconds
    assert all(first.end <= second.start for first, second in pairwise(spans))


def test_samples_are_as_long_as_a_gop():
    spans = sample_spans(Span(start=0.0, end=600.0), gop_seconds=4.0)
    assert {round(span.seconds, 6) for span in spans} == {4.0}
    assert len(spans) == 8


def test_samples_that_differ_ask_for_a_margin():
    assert margin([90.0]) == margin([90.0, 90.1, 89.9]) == 0
    assert 0 < margin([90.0, 92.0, 88.0]) < margin([90.0, 95.0, 80.0]) <= 2
