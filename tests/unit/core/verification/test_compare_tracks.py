from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.core.plans import Package, Track
from airflow_provider_media.core.verification.compare_tracks import compare_grids, compare_track
from airflow_provider_media.core.verification.measure import StreamFacts
from airflow_provider_media.core.verification.packaged_track import packaged_track

TRACK = Track(name="90p", artifact="u", file="90p.mp4", kind="video", bitrate=1)
HEADER = 700
FRAME = 100


def a_stream(count: int, gop: int = 24) -> StreamFacts:
    return StreamFacts(
        kind="video",
        codec="h264",
        time_base=Fraction(1, 25),
        pts=list(range(count)),
        lengths=[1] * count,
        sizes=[FRAME] * count,
        positions=[HEADER + n * FRAME for n in range(count)],
        keyframes=[int(n % gop == 0) for n in range(count)],
    )


def a_track(stream: StreamFacts, frames_per_segment: int = 24):
    count = -(-stream.count // frames_per_segment)
    frames = [min(frames_per_segment, stream.count - n * frames_per_segment) for n in range(count)]
    files = ["90p/init.mp4", *(f"90p/{n + 1:05d}.m4s" for n in range(count))]
    return packaged_track(TRACK, stream, files, [HEADER, *(n * FRAME for n in frames)])


def told(stream: StreamFacts, rendition: StreamFacts | None = None, frames_per_segment: int = 24) -> list[str]:
    package = Package(
        output="o",
        key="k",
        prefix="p/",
        tracks=(TRACK,),
        protocols=("hls",),
        segment_duration=Fraction(24, 25),
        frame_rate=Fraction(25),
        duration=1.0,
        iframe_playlists=False,
    )
    track = a_track(stream, frames_per_segment)
    return [f"{mismatch.file}: {mismatch.what}" for mismatch in compare_track(package, track, rendition or stream)]


@given(count=st.integers(1, 300), frames_per_segment=st.integers(1, 60))
def test_packaged_track_each_packet_in_one_segment_lengths_add_up(count, frames_per_segment):
    track = a_track(a_stream(count), frames_per_segment)
    assert [segment.first for segment in track.segments] == list(range(0, count, frames_per_segment))
    assert sum(segment.length for segment in track.segments) == pytest.approx(count / 25)
    assert track.segments[0].length == pytest.approx(min(count, frames_per_segment) / 25)


def test_the_peak_leaves_open_whether_a_short_last_segment_counts():
    track = a_track(replace(a_stream(25), sizes=[FRAME] * 25))
    tiny = replace(track.segments[1], size=10_000)
    low, high = replace(track, segments=(track.segments[0], tiny)).peak()
    assert low == pytest.approx(24 * FRAME * 8 / 0.96)
    assert high == pytest.approx(10_000 * 8 / 0.04)


def test_a_track_on_its_grid_passes():
    assert told(a_stream(60)) == []


def test_a_segment_that_begins_elsewhere_is_named():
    assert told(a_stream(60, gop=12), frames_per_segment=12)[0] == "90p/00002.m4s: begin"


def test_a_segment_without_keyframe_is_named():
    assert told(a_stream(60, gop=48)) == ["90p/00002.m4s: first frame"]


def test_compare_track_segment_with_frames_before_keyframe_is_named():
    open_gop = a_stream(60)
    pts = list(open_gop.pts)
    pts[24], pts[25] = pts[25], pts[24]
    assert "90p/00002.m4s: first frame" in told(replace(open_gop, pts=pts))


def test_an_empty_segment_is_named():
    stream = a_stream(24)
    track = packaged_track(TRACK, stream, ["90p/init.mp4", "90p/00001.m4s", "90p/00002.m4s"], [HEADER, 24 * FRAME, 0])
    assert track.segments[1].first is None


@pytest.mark.parametrize(
    ("rendition", "message"),
    [
        (a_stream(61), "90p: frames in all segments"),
        (replace(a_stream(60), sizes=[FRAME] * 59 + [FRAME + 1]), "90p: frame 59 in file order"),
        (replace(a_stream(60), codec="hevc"), "90p: codec"),
        (replace(a_stream(60), lengths=[1] * 59 + [5]), "90p: duration of all segments"),
    ],
)
def test_what_is_not_what_its_rendition_was_is_named(rendition, message):
    assert message in told(a_stream(60), rendition)


def summaries(*streams: StreamFacts):
    return [
        replace(a_track(stream).summary(), track=replace(TRACK, name=f"{number}p"))
        for number, stream in enumerate(streams)
    ]


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (a_stream(48), []),
        (a_stream(49), ["1p: frames, as in 0p,"]),
        (a_stream(48, gop=12), ["1p: times of keyframes"]),
        (replace(a_stream(48), pts=[*range(1, 49)]), ["1p: times of keyframes"]),
        (replace(a_stream(48), pts=[2 * n for n in range(48)], time_base=Fraction(1, 50)), []),
    ],
)
def test_compare_grids_renditions_unequal_named(other, message):
    assert [f"{each.file}: {each.what}" for each in compare_grids(summaries(a_stream(48), other))] == message


def test_compare_grids_audio_alone_passes():
    sounds = [replace(summary, track=replace(TRACK, kind="audio")) for summary in summaries(a_stream(48), a_stream(40))]
    assert list(compare_grids(sounds)) == list(compare_grids([])) == []
