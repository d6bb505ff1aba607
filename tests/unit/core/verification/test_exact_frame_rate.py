from fractions import Fraction

import pytest

from airflow_provider_media.core.plans import Track
from airflow_provider_media.core.verification.exact_frame_rate import exact_frame_rate
from airflow_provider_media.core.verification.measure import FileFacts, StreamFacts
from airflow_provider_media.core.verification.packaged_track import packaged_track
from airflow_provider_media.core.verification.verify import file_facts

NTSC_FILM = Fraction(24000, 1001)


def a_video(times: list[int], time_base: Fraction) -> StreamFacts:
    count = len(times)
    return StreamFacts(
        kind="video",
        codec="h264",
        time_base=time_base,
        pts=times,
        lengths=[0] * count,
        sizes=[100] * count,
        positions=[100 * number for number in range(count)],
        keyframes=[1] + [0] * (count - 1),
    )


def at_rate(rate: Fraction, time_base: Fraction, count: int = 100) -> StreamFacts:
    return a_video([round(number / rate / time_base) for number in range(count)], time_base)


@pytest.mark.parametrize("rate", ["24000/1001", "24", "25", "30000/1001", "50", "60000/1001"])
@pytest.mark.parametrize("clock", [1000, 24000, 90000])
def test_exact_frame_rate_is_found_despite_the_clock(rate, clock):
    assert exact_frame_rate(at_rate(Fraction(rate), Fraction(1, clock))) == Fraction(rate)


def test_planned_rate_is_found_though_no_standard_one():
    assert exact_frame_rate(at_rate(Fraction(23), Fraction(1, 1000)), Fraction(23)) == 23


def test_frames_in_decoding_order_have_the_same_rate():
    video = at_rate(NTSC_FILM, Fraction(1, 24000), 5)
    first, second, third, fourth, fifth = video.pts
    reordered = a_video([first, fourth, second, third, fifth], video.time_base)
    assert exact_frame_rate(reordered) == NTSC_FILM


@pytest.mark.parametrize("times", [[0], [number * number for number in range(50)]])
def test_uneven_frames_and_one_frame_have_no_rate(times):
    video = a_video(times, Fraction(1, 1000))
    assert exact_frame_rate(video, Fraction(25)) is None
    facts = file_facts(FileFacts(format="mp4", streams=(video,)))
    assert "exact_frame_rate" not in facts


def test_published_file_and_rendition_name_the_exact_rate():
    video = at_rate(NTSC_FILM, Fraction(1, 24000))
    assert file_facts(FileFacts(format="mp4", streams=(video,)))["exact_frame_rate"] == "24000/1001"
    track = Track(name="90p", artifact="u", file="90p.mp4", kind="video", bitrate=1)
    assert packaged_track(track, video, ["init.mp4", "1.m4s"], [0, 10_000]).summary().frame_rate == NTSC_FILM
