"""Encoded sound: its loudness, its bit rate, its channels and its time."""

import re
import subprocess

import pytest

from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain
from airflow_provider_media.core.verification.measure import scan
from tests.media import audio_only, ffmpeg, make
from tests.planned import WEB, carry_out
from tests.playback import heard

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("target", [-16, -23])
def test_loudness_reaches_its_target_within_one_unit(tmp_path, target):
    voice = "anoisesrc=color=pink:d=12:a=0.3:seed=1,volume='if(lt(mod(t,3),2),0.3+0.2*sin(t*9),0.005)':eval=frame"
    source = make(tmp_path / "voice.wav", "-f", "lavfi", "-i", voice, "-ac", "2")
    made = carry_out(
        source, tmp_path / "w", {"sound": {"kind": "transcode", "container": "m4a", "audio": {"loudness": target}}}
    )
    told = subprocess.run(
        [ffmpeg(), "-hide_banner", "-nostats", "-i", made.path("sound"), "-af", "ebur128", "-f", "null", "-"],
        capture_output=True,
        text=True,
        check=True,
    ).stderr
    found = re.search(r"I:\s+(-[\d.]+) LUFS", told[told.rindex("Summary") :])
    assert found
    assert float(found[1]) == pytest.approx(target, abs=1)


@pytest.mark.parametrize("seconds", [0.05, 1, 2, 3.5])
def test_every_codec_normalizes_loudness_of_sound_shorter_than_look_ahead(tmp_path, seconds):
    source = make(tmp_path / "a.wav", "-f", "lavfi", "-i", f"sine=frequency=440:sample_rate=44100:duration={seconds}")
    outputs = {
        form: {"kind": "transcode", "container": form, "audio": {"loudness": -16}}
        for form in ("m4a", "mp3", "flac", "ogg", "wav")
    }
    made = carry_out(source, tmp_path / "w", outputs)
    for form in outputs:
        sound = heard(made.path(form))
        assert sound.seconds == pytest.approx(seconds, abs=0.06), form  # a lossy codec may fill up its last frame
        assert sound.pitch(0, seconds) == pytest.approx(440, abs=45), form


@pytest.mark.parametrize("seconds", [4.21, 20.21])
def test_levelled_sound_ends_with_its_source_and_has_no_gap(tmp_path, seconds):
    source = make(tmp_path / "a.wav", "-f", "lavfi", "-i", f"sine=frequency=440:sample_rate=44100:duration={seconds}")
    levelled = {"kind": "transcode", "container": "mkv", "audio": {"loudness": -16, "codec": "pcm"}}
    made = carry_out(
        source, tmp_path / "w", {"sound": levelled, "aac": {**levelled, "container": "m4a", "audio": {"loudness": -16}}}
    )
    (found,) = scan(made.path("sound"), toolchain=find_toolchain(), limits=Limits()).streams
    assert float(max(found.pts) * found.time_base) + found.sizes[-1] / 2 / 48_000 == pytest.approx(seconds, abs=0.003)
    assert sum(found.sizes) / 2 / 48_000 == pytest.approx(seconds, abs=0.001)


@pytest.mark.parametrize("bitrate", [16_000, 512_000])
def test_bit_rate_not_offered_by_codec_moves_to_offered_one(tmp_path, bitrate):
    source = audio_only(tmp_path / "a.m4a", channels=1)
    codecs = {"m4a": "aac", "mp3": "mp3", "ogg": "opus", "mkv": "vorbis"}
    audio = {"bitrate": bitrate}
    outputs = {
        form: {"kind": "transcode", "container": form, "audio": {**audio, "codec": codec}}
        for form, codec in codecs.items()
    }
    made = carry_out(source, tmp_path / "w", outputs)
    rates = {}
    for form, codec in codecs.items():
        (found,) = scan(made.path(form), toolchain=find_toolchain(), limits=Limits()).streams
        assert found.codec == codec
        rates[form] = found.bit_rate
    # MPEG-1 Layer III has rates from 32 to 320 kbit/s, and each frame has the same.
    assert rates["mp3"] == min(max(bitrate, 32_000), 320_000)
    # The others only aim at a rate.
    assert max(rates.values()) < max(bitrate, 32_000) * 1.25


@pytest.mark.parametrize(("container", "codec"), [("mkv", "aac"), ("webm", "opus"), ("mkv", "vorbis"), ("mkv", "flac")])
def test_each_track_is_encoded_by_its_own_channels(tmp_path, container, codec):
    noise = [option for n in (1, 2) for option in ("-f", "lavfi", "-i", f"anoisesrc=d=3:seed={n}:r=48000")]
    kinds = ("-ac:a:0", "1", "-ac:a:1", "2", "-c:a", "pcm_s16le", "-disposition:a:0", "default")
    source = make(tmp_path / "a.mkv", *noise, "-map", "0", "-map", "1", *kinds)
    spec = {"kind": "transcode", "container": container, "video": "drop", "audio": {"codec": codec, "tracks": "all"}}
    loud = {**spec, "audio": {**spec["audio"], "bitrate": 512_000}}
    made = carry_out(source, tmp_path / "w", {"usual": spec, "loud": loud})
    for name in ("usual", "loud"):
        found = scan(made.path(name), toolchain=find_toolchain(), limits=Limits()).streams
        assert [stream.channels for stream in found] == [1, 2]


def test_sound_that_begins_late_stays_with_its_picture(tmp_path):
    late = ("-itsoffset", "0.5", "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=0.5")
    picture = ("-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25:duration=1")
    source = make(
        tmp_path / "late.mkv", *picture, *late, "-map", "0", "-map", "1", "-c:v", "libx264", "-c:a", "pcm_s16le"
    )
    made = carry_out(source, tmp_path / "w", {"web": {**WEB, "container": "mkv", "audio": {"codec": "pcm"}}})
    raw = subprocess.run(
        [ffmpeg(), "-v", "error", "-i", made.path("web"), "-f", "s16le", "-ac", "1", "-ar", "48000", "-"],
        capture_output=True,
        check=True,
    ).stdout
    silent = len(raw) - len(raw.lstrip(b"\0"))
    assert silent / 2 / 48_000 == pytest.approx(0.5, abs=0.03)
