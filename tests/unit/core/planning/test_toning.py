"""Tone mapping: once for all SDR videos, and on no more pixels than they need."""

import pytest

from airflow_provider_media.core.outputs import LadderSpec, TranscodeSpec
from airflow_provider_media.core.planning.geometry import Size
from airflow_provider_media.core.planning.output_kinds import kind_of
from airflow_provider_media.core.planning.toning import tone_size
from tests.planned import media, plan, video

UHD = {"width": 3840, "height": 2160, "dynamic_range": "hdr10", "bit_depth": 10}


def graph_of(outputs, **facts) -> str:
    (unit,) = plan(outputs, media(video(**{**UHD, **facts}))).units
    arguments = unit.commands[0].arguments
    return arguments[arguments.index("-filter_complex") + 1]


def test_large_source_is_downscaled_before_tone_mapping_and_mapped_once():
    graph = graph_of({"hls": {"kind": "ladder"}, "mp4": {"kind": "transcode", "video": {"height": 720}}})
    assert graph.count("tonemap=desat") == 1
    assert graph.index("h=1080") < graph.index("tonemap=desat")


def test_what_is_kept_in_hdr_parts_before_the_mapping():
    graph = graph_of(
        {
            "kept": {"kind": "transcode", "video": {"codec": "h265", "dynamic_range": "keep"}},
            "mp4": {"kind": "transcode"},
        }
    )
    assert graph.count("tonemap=desat") == 1
    assert "yuv420p10le" in graph


def test_picture_kept_in_ten_bits_overlays_blur_in_ten_bits():
    square = {"codec": "h265", "dynamic_range": "keep", "width": 720, "height": 720, "fit": "blur"}
    graph = graph_of({"kept": {"kind": "transcode", "video": square}})
    assert "overlay=format=yuv420p10:" in graph


def test_sdr_is_never_mapped():
    assert "tonemap" not in graph_of({"mp4": {"kind": "transcode"}}, dynamic_range="sdr")


def test_hlg_is_read_as_hlg():
    assert "transferin=arib-std-b67" in graph_of({"mp4": {"kind": "transcode"}}, dynamic_range="hlg")


@pytest.mark.parametrize(
    ("specs", "size"),
    [
        ([LadderSpec()], Size(1920, 1080)),
        (
            [TranscodeSpec(video={"width": 640}), LadderSpec(renditions=[{"short_side": 360, "max_bitrate": 800_000}])],
            Size(640, 360),
        ),
        ([TranscodeSpec(video={"dynamic_range": "keep"})], None),
        ([TranscodeSpec(video="copy"), TranscodeSpec(container="mp3")], None),
    ],
)
def test_the_size_is_the_largest_that_an_sdr_video_needs(specs, size):
    sizes = [size for spec in specs for size in kind_of(spec).sdr_sizes(Size(3840, 2160), spec)]
    assert tone_size(sizes) == size
