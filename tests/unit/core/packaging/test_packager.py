from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.core.packaging.packager import packager_command, segment_duration_argument, segment_step
from airflow_provider_media.core.plans import Package, Track


def a_track(name: str, kind: str = "video", language: str = "", bitrate: int = 64_000, **facts) -> Track:
    return Track(name=name, artifact="u", file=f"{name}.mp4", kind=kind, language=language, bitrate=bitrate, **facts)


def a_package(*tracks: Track, **changes) -> Package:
    facts = {
        "output": "stream",
        "key": "k",
        "prefix": "stream/",
        "tracks": tracks,
        "protocols": ("hls", "dash"),
        "segment_duration": Fraction(4),
        "frame_rate": Fraction(25),
        "duration": 9.5,
        "iframe_playlists": True,
    }
    return Package(**{**facts, **changes})


def test_the_command_reads_as_packagers_documentation_has_it():
    command = packager_command(a_package(a_track("720p"), a_track("audio_eng", "audio", "en", label="English")))
    assert command.tool == "packager"
    assert command.duration == 9.5
    assert command.arguments == (
        (
            "in=720p.mp4,stream=video,init_segment=720p/init.mp4,segment_template=720p/$Number%05d$.m4s"
            ",playlist_name=720p/playlist.m3u8,iframe_playlist_name=720p/iframes.m3u8"
        ),
        (
            "in=audio_eng.mp4,stream=audio,init_segment=audio_eng/init.mp4,segment_template=audio_eng/$Number%05d$.m4s"
            ",language=en,hls_group_id=audio,hls_name=English,dash_label=English,dash_roles=main"
            ",playlist_name=audio_eng/playlist.m3u8"
        ),
        *("--hls_master_playlist_output", "master.m3u8", "--hls_playlist_type", "VOD"),
        *("--mpd_output", "manifest.mpd", "--generate_static_live_mpd"),
        *("--segment_duration", "4.000000001"),
        *("--single_threaded", "--use_fake_clock_for_muxer", "--io_cache_size", "0", "--force_cl_index", "--quiet"),
    )


@pytest.mark.parametrize(
    ("protocol", "there", "gone"),
    [("hls", "--hls_master_playlist_output", "--mpd_output"), ("dash", "--mpd_output", "--hls_master_playlist_output")],
)
def test_one_protocol_alone_leaves_no_trace_of_the_other(protocol, there, gone):
    arguments = packager_command(a_package(a_track("720p"), protocols=(protocol,))).arguments
    assert there in arguments
    assert gone not in arguments
    assert ("playlist_name" in arguments[0]) == (protocol == "hls")


def test_scrubbing_playlists_are_left_out_on_request():
    assert "iframe" not in packager_command(a_package(a_track("720p"), iframe_playlists=False)).arguments[0]


def test_a_sound_is_described_to_packager_as_what_it_is():
    described = a_track("ad", "audio", "en", label="English (audio description, 2nd)", role="audio_description")
    arguments = packager_command(a_package(a_track("main", "audio", "en", label="English"), described)).arguments
    fields = dict(field.split("=", 1) for field in arguments[1].split(","))
    assert fields["hls_name"] == fields["dash_label"] == "English %28audio description%2C 2nd%29"
    assert fields["hls_characteristics"] == "public.accessibility.describes-video"
    assert fields["dash_roles"] == "alternate;description"
    assert fields["dash_accessibilities"] == "urn:tva:metadata:cs:AudioPurposeCS:2007=1"


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "channel=CC1,name=English %28closed captions%29,lang=en,default=no,autoselect=yes"),
        ("", "channel=CC1,name=Closed captions,default=no,autoselect=yes"),
    ],
)
def test_closed_captions_in_video_are_declared_in_language_of_programme(language, told):
    package = a_package(a_track("720p"), a_track("audio", "audio", language), closed_captions=True)
    arguments = packager_command(package).arguments
    assert arguments[arguments.index("--closed_captions") + 1] == told
    assert "--closed_captions" not in packager_command(a_package(a_track("720p"))).arguments


@given(
    rate=st.sampled_from(
        [
            Fraction(r)
            for r in ("24", "25", "30", "50", "60", "24000/1001", "30000/1001", "60000/1001", "12", "15", "48")
        ]
    ),
    frames=st.integers(1, 1200),
    doublings=st.integers(0, 12),
)
def test_segment_duration_is_planned_whole_ticks_in_any_timescale(rate, frames, doublings):
    timescale = rate.numerator * 2**doublings
    exact = frames / rate
    # As Packager does it: a double times the timescale, cut off.
    assert int(float(segment_duration_argument(exact)) * timescale) == exact * timescale


@pytest.mark.parametrize(
    ("exact", "ticks"),
    [(Fraction(4), 192_000), (Fraction(1001, 250), 192_192), (Fraction(240, 241), 47_800), (Fraction(18, 7), 123_428)],
)
def test_segment_step_sound_cut_to_whole_ticks(exact, ticks):
    assert segment_step(exact, Fraction(1, 48_000)) == Fraction(ticks, 48_000)
