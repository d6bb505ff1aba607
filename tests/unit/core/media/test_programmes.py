"""Mono tracks that are channels of one programme."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.core.media.programmes import programmes
from tests.planned import audio

MOV = "mov,mp4,m4a,3gp,3g2,mj2"


def mono(index, **facts):
    return audio(
        **{"index": index, "codec": "pcm_s16le", "channels": 1, "channel_layout": "mono", "bit_rate": 768_000, **facts}
    )


def tracks(count, **facts):
    return [mono(n + 1, **facts) for n in range(count)]


def shape(found):
    return [(track.channels, track.parts) for track in found]


@pytest.mark.parametrize(
    ("count", "channels"),
    [
        (1, [1]),
        (2, [2]),
        (3, [1] * 3),
        (4, [2, 2]),
        (5, [1] * 5),
        (6, [6]),
        (7, [1] * 7),
        (8, [6, 2]),
        (16, [6, 2, 6, 2]),
    ],
)
@pytest.mark.parametrize("container", [MOV, "mxf"])
def test_discrete_mono_tracks_become_the_programmes_of_their_number(count, channels, container):
    assert [track.channels for track in programmes(tracks(count), container=container)] == channels


def test_programme_has_the_facts_of_all_its_tracks():
    first, second = mono(1, duration=9.95), mono(2, default=True)
    (found,) = programmes([first, second], container=MOV)
    assert (found.index, found.channel_layout, found.parts, found.default) == (1, "stereo", (1, 2), True)
    assert (found.duration, found.bit_rate) == (9.95, 1_536_000)


def test_bit_rate_that_is_unknown_stays_unknown():
    (found,) = programmes(tracks(2, bit_rate=None), container=MOV)
    assert found.bit_rate is None


@pytest.mark.parametrize(
    "other",
    [
        {"codec": "aac"},
        {"language": "deu"},
        {"title": "Commentary"},
        {"sample_rate": 44_100},
        {"channels": 2},
        {"start": 0.2},
        {"duration": 9.0},
    ],
)
def test_track_that_differs_is_no_channel_of_the_programme(other):
    found = programmes([mono(1), mono(2, **other)], container=MOV)
    assert shape(found) == [(1, ()), (other.get("channels", 1), ())]


def test_mono_tracks_of_another_container_stay_apart():
    assert len(programmes(tracks(2), container="matroska,webm")) == 2


def labelled(*names, **facts):
    return [mono(n, codec="aac", channel_layout=f"1 channels ({name})", **facts) for n, name in enumerate(names)]


def test_tracks_with_channel_labels_are_one_programme_in_any_container():
    assert shape(programmes(labelled("FL", "FR"), container="matroska,webm")) == [(2, (0, 1))]
    assert shape(programmes(labelled("FL", "FR", "FC", "LFE", "SL", "SR"), container=MOV)) == [(6, (0, 1, 2, 3, 4, 5))]


def test_stereo_version_beside_the_surround_one_stays_a_track():
    found = programmes([*labelled("FL", "FR", "FC", "LFE", "SL", "SR"), mono(6), mono(7)], container=MOV)
    assert shape(found) == [(6, (0, 1, 2, 3, 4, 5)), (1, ()), (1, ())]


@pytest.mark.parametrize("names", [("FL", "FL"), ("FR", "FL"), ("FL",), ("FC", "LFE")])
def test_channels_that_make_no_programme_stay_apart(names):
    assert len(programmes(labelled(*names), container="matroska,webm")) == len(names)


def test_labelled_channels_that_differ_stay_apart():
    assert len(programmes([*labelled("FL"), *labelled("FL", "FR", start=5.0)[1:]], container="matroska,webm")) == 2
    six = labelled("FL", "FR", "FC", "LFE", "SL", "SR")
    assert (
        len(
            programmes(
                [*six[:5], mono(5, channel_layout="1 channels (SR)", start=5.0, codec="aac")], container="matroska,webm"
            )
        )
        == 6
    )


@given(st.integers(1, 20), st.sampled_from([MOV, "mxf", "matroska,webm", "wav"]))
def test_no_track_is_ever_lost_or_taken_twice(count, container):
    found = programmes(tracks(count), container=container)
    parts = [part for track in found for part in (track.parts or (track.index,))]
    assert parts == list(range(1, count + 1))
    assert all(len(track.parts) in (0, track.channels) for track in found)
