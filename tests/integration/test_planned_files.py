"""Files by the real ffmpeg: every container, codec and odd source, each compared packet by packet with its plan."""

import re
import subprocess
from fractions import Fraction
from itertools import pairwise

import pytest

from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain
from airflow_provider_media.core.streaming.measure import scan
from tests.media import (
    audio_only,
    clip,
    cover_art,
    ffmpeg,
    hdr10,
    hlg,
    interlaced,
    make,
    offset_start,
    rotated,
    vfr,
)
from tests.planned import carry_out, packaged

pytestmark = pytest.mark.integration

FAST = {"speed": "fastest", "gop_seconds": 0.4}
WEB = {"kind": "transcode", "video": FAST}
LADDER = {
    "kind": "ladder",
    "speed": "fastest",
    "segment_seconds": 1,
    "gop_seconds": 0.5,
    "renditions": [{"short_side": side, "max_bitrate": side * 2000} for side in (720, 90)],
}


def frames_of(path) -> list[int]:
    """Numbers of the frames of a numbered clip."""
    raw = subprocess.run(
        [ffmpeg(), "-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "gray", "-fps_mode", "passthrough", "-"],
        capture_output=True,
        check=True,
    ).stdout
    return [round(raw[start + 64 * 24 + 32] * 219 / 255 / 2) for start in range(0, len(raw), 64 * 48)]


@pytest.fixture
def numbered(tmp_path):
    """A hundred frames, each two steps brighter than the one before, and a tone."""
    picture = "color=c=black:s=64x48:r=25:d=4,format=yuv420p,geq=lum='16+N*2':cb=128:cr=128"
    coders = ("-c:v", "libx264", "-crf", "0", "-preset", "ultrafast", "-g", "12", "-pix_fmt", "yuv420p", "-c:a", "aac")
    tone = ("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=4")
    return make(tmp_path / "numbered.mp4", "-f", "lavfi", "-i", picture, *tone, "-map", "0", "-map", "1", *coders)


def test_every_container_holds_picture_and_all_tracks_or_sound_alone(tmp_path):
    source = clip(tmp_path / "c.mkv", audio=2)
    containers = ("mp4", "mkv", "ts", "mov", "webm", "m4a", "mp3", "flac", "ogg", "wav")
    outputs = {name: {"kind": "transcode", "container": name, "audio": {"tracks": "all"}} for name in containers}
    made = carry_out(source, tmp_path / "w", outputs)
    counts = {name: len(made.artifact(name).expect.audio) for name in containers}
    assert counts == {"mp4": 2, "mkv": 2, "ts": 2, "mov": 2, "webm": 2, "m4a": 1, "mp3": 1, "flac": 1, "ogg": 1, "wav": 1}


def test_a_minute_of_sound_is_whole_in_a_container_that_counts_milliseconds(tmp_path):
    source = make(tmp_path / "a.wav", "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=44100:duration=60")
    outputs = {
        f"{codec}-{rate}": {"kind": "transcode", "container": "mkv", "audio": {"codec": codec, "sample_rate": rate}}
        for codec in ("aac", "mp3", "flac", "pcm")
        for rate in (44_100, 48_000)
    }
    carry_out(source, tmp_path / "out", outputs)


@pytest.mark.parametrize("language", ["en", "deu", "pt-BR", "eng"])
def test_sound_with_a_language_is_taken_into_every_container(tmp_path, language):
    source = clip(tmp_path / "c.mkv", extra=("-metadata:s:a:0", f"language={language}"))
    containers = ("mp4", "mkv", "ts", "mov", "webm", "m4a", "mp3", "flac", "ogg", "wav")
    outputs = {name: {"kind": "transcode", "container": name} for name in containers}
    packaged(carry_out(source, tmp_path / "w", {**outputs, "stream": LADDER}))


@pytest.mark.parametrize("codec", ["h264", "h265", "av1", "vp9"])
def test_every_codec_keeps_the_grid_under_every_rate_control(tmp_path, codec):
    source = clip(tmp_path / "c.mp4", audio=False)
    controls = {
        "quality": {},
        "capped": {"crf": 35, "max_bitrate": 150_000},
        "average": {"bitrate": 150_000, "max_bitrate": 200_000},
        "deep": {"bit_depth": 10},
    }
    if codec != "av1":
        controls["twice"] = {"bitrate": 150_000, "passes": 2}
    video = {"codec": codec, "speed": "fastest", "gop_seconds": 0.4}
    made = carry_out(source, tmp_path / "w", {name: {"kind": "transcode", "video": {**video, **more}} for name, more in controls.items()})
    assert {made.artifact(name).expect.video[0].gop_frames for name in controls} == {10}


@pytest.mark.parametrize("codec", ["h264", "h265", "av1", "vp9"])
def test_every_codec_takes_the_least_and_the_greatest_constant_rate_factor(tmp_path, codec):
    source = clip(tmp_path / "c.mp4", seconds=0.4, audio=False)
    most = 51 if codec in ("h264", "h265") else 63
    videos = {f"crf-{crf}": {"kind": "transcode", "video": {**FAST, "codec": codec, "crf": crf}} for crf in (0, most)}
    capped = {"stream": {**LADDER, "codec": codec, "renditions": [{"short_side": 90, "max_bitrate": 200_000, "crf": 0}]}}
    packaged(carry_out(source, tmp_path / "w", videos | capped))


@pytest.mark.parametrize("rate", ["24", "25", "24000/1001", "30000/1001", "60000/1001"])
def test_renditions_of_every_rate_are_packaged_on_their_exact_grid(tmp_path, rate):
    source = clip(tmp_path / "c.mp4", width=192, height=108, rate=rate, seconds=2.5)
    made = carry_out(source, tmp_path / "w", {"hls": LADDER})
    (package,) = made.plan.packages
    assert [track.name for track in package.tracks] == ["108p", "90p", "audio"]
    assert package.frame_rate == Fraction(rate)
    packaged(made)


SOURCES = {
    "rotated": lambda path: rotated(path / "c.mp4"),
    "interlaced": lambda path: interlaced(path / "c.mp4"),
    "interlaced-ts": lambda path: interlaced(path / "c.ts", top_first=False),
    "hdr10": lambda path: hdr10(path / "c.mp4"),
    "hlg": lambda path: hlg(path / "c.mp4"),
    "variable": lambda path: vfr(path / "c.mp4"),
    "odd": lambda path: clip(path / "c.mp4", width=161, height=91, pixel_format="yuv444p"),
    "anamorphic": lambda path: clip(path / "c.mp4", width=160, height=120, extra=("-aspect", "16:9")),
    "portrait": lambda path: clip(path / "c.mp4", width=90, height=160),
    "many-tracks": lambda path: clip(path / "c.mkv", audio=3),
    "silent": lambda path: clip(path / "c.mp4", audio=False),
    "late-start": lambda path: offset_start(path / "c.ts"),
    "full-range": lambda path: clip(path / "c.mov", pixel_format="yuvj420p"),
}


@pytest.mark.parametrize("kind", SOURCES)
def test_odd_sources_give_right_files_and_packages(tmp_path, kind):
    outputs = {
        "web": WEB,
        "hls": LADDER,
        "shots": {"kind": "snapshots", "at": [0, "100%"], "format": "webp"},
        "teaser": {"kind": "animated_image"},
        "sprite": {"kind": "sprites", "every": "0.3s", "width": 32, "columns": 2, "rows": 2},
    }
    made = carry_out(SOURCES[kind](tmp_path), tmp_path / "w", outputs)
    picture = made.artifact("web").expect.video[0]
    sizes = {"rotated": (90, 160), "portrait": (90, 160), "odd": (162, 90), "anamorphic": (212, 120), "interlaced": (176, 144)}
    assert (picture.width, picture.height) == sizes.get(kind, (160, 90)) or kind == "interlaced-ts"
    packaged(made)


@pytest.mark.parametrize("sound", [1.1, 3.3])
def test_a_package_lasts_as_long_as_sound_that_outlasts_the_picture(tmp_path, sound):
    tone = ("-f", "lavfi", "-i", f"sine=frequency=440:sample_rate=48000:duration={sound}")
    source = make(tmp_path / "c.mp4", "-f", "lavfi", "-i", "testsrc2=size=160x90:duration=1", *tone, "-pix_fmt", "yuv420p")
    packaged(carry_out(source, tmp_path / "w", {"stream": LADDER}))


def test_hdr_is_kept_where_it_is_asked_for(tmp_path):
    outputs = {
        "kept": {"kind": "transcode", "video": {"codec": "h265", "dynamic_range": "keep", **FAST}},
        "mapped": {"kind": "transcode", "video": FAST},
    }
    made = carry_out(hdr10(tmp_path / "c.mp4"), tmp_path / "w", outputs)
    told = {name: subprocess.run([ffmpeg(), "-i", made.path(name)], capture_output=True, text=True, check=False).stderr for name in outputs}
    assert "smpte2084" in told["kept"]
    assert "bt709" in told["mapped"]
    assert "smpte2084" not in told["mapped"]


@pytest.mark.parametrize(("source", "white"), [(hdr10, 0.58), (hlg, 0.75)])
def test_a_white_watermark_on_kept_hdr_is_white_and_not_blinding(tmp_path, source, white):
    from PIL import Image

    Image.new("RGBA", (64, 64), (255, 255, 255, 255)).save(tmp_path / "white.png")
    wanted = {"kind": "transcode", "video": {"codec": "h265", "dynamic_range": "keep", "crf": 5, **FAST}}
    mark = {"image": str(tmp_path / "white.png"), "corner": "center", "size": "30%"}
    made = carry_out(source(tmp_path / "c.mp4"), tmp_path / "w", {"kept": wanted}, watermarks=[mark])
    raw = subprocess.run(
        [ffmpeg(), "-v", "error", "-i", made.path("kept"), "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "yuv420p10le", "-"],
        capture_output=True,
        check=True,
    ).stdout
    middle = 2 * (45 * 160 + 80)
    # Ten bits of limited range: 64 is black, 940 is full.
    assert int.from_bytes(raw[middle : middle + 2], "little") == pytest.approx(64 + 876 * white, abs=12)


@pytest.mark.parametrize("make_source", [lambda path: audio_only(path / "a.m4a"), lambda path: cover_art(path / "a.mp3")])
def test_sound_alone_drops_what_needs_a_picture_and_nothing_else(tmp_path, make_source):
    outputs = {"web": WEB, "hls": LADDER, "sound": {"kind": "transcode", "container": "ogg"}, "sprite": {"kind": "sprites"}}
    made = carry_out(make_source(tmp_path), tmp_path / "w", outputs)
    assert [left.output for left in made.plan.left_out if "no picture" in left.reason] == ["web", "hls", "sprite"]
    covers = [left.output for left in made.plan.left_out if "1 attached picture" in left.reason]
    assert covers == (["web", "hls", "sound"] if made.plan.media.attached_pictures else [])
    assert not made.artifact("web").expect.video
    packaged(made)


def test_uneven_frame_times_are_kept_where_that_is_asked_for(tmp_path):
    source = vfr(tmp_path / "c.mp4", audio=False)
    made = carry_out(source, tmp_path / "w", {"kept": {"kind": "transcode", "video": {"variable_frame_rate": "keep", **FAST}}, "even": WEB})

    def times(path) -> list[float]:
        (stream,) = scan(path, toolchain=find_toolchain(), limits=Limits()).streams
        return sorted(float(time * stream.time_base) for time in stream.pts)

    assert times(made.path("kept")) == pytest.approx(times(source), abs=0.002)
    even = times(made.path("even"))
    assert even == pytest.approx([number / 25 for number in range(len(even))])  # the rate of its motion, not of its mean


@pytest.mark.parametrize("container", ["mp4", "mkv", "webm"])
def test_uneven_frame_times_are_kept_within_a_trim(tmp_path, container):
    source = vfr(tmp_path / "c.mp4", audio=False)
    video = {"variable_frame_rate": "keep", "speed": "fastest"}
    trimmed = {"kind": "transcode", "container": container, "video": video, "trim": {"start": "0.5s", "end": "1.5s"}}
    made = carry_out(source, tmp_path / "w", {"trimmed": trimmed})
    before, after = (scan(path, toolchain=find_toolchain(), limits=Limits()).streams[0] for path in (source, made.path("trimmed")))
    within = [time for each in before.pts if 0.5 <= (time := float(each * before.time_base)) < 1.5]
    assert sorted(float(each * after.time_base) for each in after.pts) == pytest.approx([time - 0.5 for time in sorted(within)], abs=0.003)


def test_sound_with_a_gap_is_filled_where_it_is_encoded_and_copied_as_it_is(tmp_path):
    holed = ("-af", "aselect='not(between(t,1,2))'")
    source = clip(tmp_path / "c.mkv", seconds=3, extra=holed)
    copied = {"kind": "transcode", "video": "copy", "audio": "copy"}
    made = carry_out(source, tmp_path / "w", {"web": WEB, "copy": {**copied, "container": "mkv"}})
    filled, holes = (scan(made.path(name), toolchain=find_toolchain(), limits=Limits()).streams[1] for name in ("web", "copy"))
    assert holes.count == pytest.approx(filled.count * 2 / 3, abs=3)


def test_many_frames_on_one_tick_are_no_damage(tmp_path):
    late = ("-vf", "select='eq(n,0)+gte(t,1)'", "-fps_mode", "vfr", "-preset", "fast")
    source = clip(tmp_path / "c.mp4", seconds=2, extra=late)
    carry_out(source, tmp_path / "w", {"copy": {"kind": "transcode", "container": "mkv", "video": "copy", "audio": "copy"}})


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_frames_that_come_closer_than_the_average_are_kept_and_copied(tmp_path, suffix):
    uneven = ("-vf", "settb=1/90000,setpts='PTS-mod(N,2)*0.03/TB'", "-fps_mode", "passthrough", "-enc_time_base", "1/90000")
    source = clip(tmp_path / f"c.{suffix}", extra=uneven)
    kept = {"kind": "transcode", "video": {**FAST, "variable_frame_rate": "keep"}}
    copied = {"kind": "transcode", "video": "copy", "audio": "copy"}
    outputs = {
        f"{how}-{form}": {**spec, "container": form} for how, spec in (("kept", kept), ("copied", copied)) for form in ("mp4", "mkv")
    }
    made = carry_out(source, tmp_path / "w", outputs)
    times = {name: scan(made.path(name), toolchain=find_toolchain(), limits=Limits()).streams[0] for name in outputs}
    steps = {name: {round(float((b - a) * found.time_base), 2) for a, b in pairwise(sorted(found.pts))} for name, found in times.items()}
    assert steps == {name: {0.01, 0.07} for name in outputs}


@pytest.mark.parametrize("beside", [{}, {"whole": WEB}], ids=["seeking", "in a whole pass"])
def test_trims_hold_exactly_the_frames_between_their_times(tmp_path, numbered, beside):
    trims = {"middle": {"start": "1s", "end": "2s"}, "tail": {"start": "-1s"}, "head": {"end": "25%"}}
    outputs = {name: {"kind": "transcode", "video": {"crf": 5, **FAST}, "trim": trim} for name, trim in trims.items()}
    made = carry_out(numbered, tmp_path / "w", {**outputs, **beside})
    assert frames_of(made.path("middle")) == list(range(25, 50))
    assert frames_of(made.path("tail")) == list(range(75, 100))
    assert frames_of(made.path("head")) == list(range(25))


@pytest.mark.parametrize("beside", [{}, {"whole": WEB}], ids=["seeking", "in a whole pass"])
def test_a_trim_ends_on_time_although_no_frame_comes_for_long_behind_it(tmp_path, beside):
    pause = ("-vf", "select=lt(t\\,1)+gte(t\\,3)", "-fps_mode", "vfr")
    source = clip(tmp_path / "slides.mkv", seconds=4, audio=False, extra=pause)
    loop = {"kind": "animated_image", "end": "1.5s", "width": 64}
    web = {"kind": "transcode", "video": {"frame_rate": 25, **FAST}, "trim": {"end": "1.5s"}}
    made = carry_out(source, tmp_path / "w", {"web": web, "loop": loop, **beside})
    (stream,) = scan(made.path("web"), toolchain=find_toolchain(), limits=Limits()).streams
    assert (stream.count, stream.duration) == (38, pytest.approx(1.52, abs=0.001))


def test_copies_hold_the_source_s_own_packets(tmp_path, numbered):
    whole = {"kind": "transcode", "video": "copy", "audio": "copy"}
    outputs = {name: {**whole, "container": name} for name in ("mp4", "mkv", "ts", "mov")}
    outputs["cut"] = {**whole, "trim": {"start": "1.2s", "end": "3s"}}
    outputs["mixed"] = {"kind": "transcode", "container": "mkv", "video": "copy", "trim": {"start": "1.2s", "end": "3s"}}
    made = carry_out(numbered, tmp_path / "w", outputs)
    for name in ("mp4", "mkv", "ts", "mov"):
        assert frames_of(made.path(name)) == list(range(100))
    # Begins at the keyframe before, frame 24, which MP4's edit list hides from players.
    assert frames_of(made.path("cut"))[-1] == 74
    assert frames_of(made.path("mixed"))[0] == 24


@pytest.mark.parametrize("trim", [{"start": "0.5s", "end": "1.3s"}, {"end": "-0.5s"}, {"start": "-0.6s"}])
def test_a_part_is_copied_although_frames_are_not_coded_in_the_order_in_which_they_are_shown(tmp_path, trim):
    source = clip(tmp_path / "c.mp4", seconds=2, extra=("-bf", "3", "-b_strategy", "0"))
    part = {"kind": "transcode", "video": "copy", "audio": "copy", "trim": trim}
    made = carry_out(source, tmp_path / "w", {name: {**part, "container": name} for name in ("mp4", "mkv", "mov", "ts")})
    assert not made.plan.left_out


def test_copied_pictures_stay_upright(tmp_path):
    source = rotated(tmp_path / "c.mp4", clockwise=90)
    made = carry_out(source, tmp_path / "w", {"copy": {"kind": "transcode", "container": "mkv", "video": "copy"}, "web": WEB})
    told = subprocess.run([ffmpeg(), "-i", made.path("copy")], capture_output=True, text=True, check=False).stderr
    assert "rotation of -90" in told
    web = subprocess.run([ffmpeg(), "-i", made.path("web")], capture_output=True, text=True, check=False).stderr
    assert "rotation" not in web


@pytest.mark.parametrize("fit", ["stretch", "pad", "crop", "blur"])
def test_a_picture_fills_its_frame_as_asked(tmp_path, fit):
    source = make(tmp_path / "white.mp4", "-f", "lavfi", "-i", "color=white:s=160x90:r=25:d=0.4", "-c:v", "libx264", "-pix_fmt", "yuv420p")
    made = carry_out(source, tmp_path / "w", {"web": {"kind": "transcode", "video": {"width": 90, "height": 90, "fit": fit, **FAST}}})
    raw = subprocess.run(
        [ffmpeg(), "-v", "error", "-i", made.path("web"), "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "gray", "-"],
        capture_output=True,
        check=True,
    ).stdout
    assert len(raw) == 90 * 90
    assert raw[45 * 90 + 45] > 240
    assert (raw[2 * 90 + 45] < 20) is (fit == "pad")


@pytest.mark.parametrize("target", [-16, -23])
def test_loudness_reaches_its_target_within_one_unit(tmp_path, target):
    voice = "anoisesrc=color=pink:d=12:a=0.3:seed=1,volume='if(lt(mod(t,3),2),0.3+0.2*sin(t*9),0.005)':eval=frame"
    source = make(tmp_path / "voice.wav", "-f", "lavfi", "-i", voice, "-ac", "2")
    made = carry_out(source, tmp_path / "w", {"sound": {"kind": "transcode", "container": "m4a", "audio": {"loudness": target}}})
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
def test_sound_shorter_than_the_look_ahead_is_levelled_in_every_codec(tmp_path, seconds):
    source = make(tmp_path / "a.wav", "-f", "lavfi", "-i", f"sine=frequency=440:sample_rate=44100:duration={seconds}")
    outputs = {form: {"kind": "transcode", "container": form, "audio": {"loudness": -16}} for form in ("m4a", "mp3", "flac", "ogg", "wav")}
    carry_out(source, tmp_path / "w", outputs)


@pytest.mark.parametrize("seconds", [4.21, 20.21])
def test_levelled_sound_ends_with_its_source_and_has_no_gap(tmp_path, seconds):
    source = make(tmp_path / "a.wav", "-f", "lavfi", "-i", f"sine=frequency=440:sample_rate=44100:duration={seconds}")
    levelled = {"kind": "transcode", "container": "mkv", "audio": {"loudness": -16, "codec": "pcm"}}
    made = carry_out(source, tmp_path / "w", {"sound": levelled, "aac": {**levelled, "container": "m4a", "audio": {"loudness": -16}}})
    (found,) = scan(made.path("sound"), toolchain=find_toolchain(), limits=Limits()).streams
    assert float(max(found.pts) * found.time_base) + found.sizes[-1] / 2 / 48_000 == pytest.approx(seconds, abs=0.003)
    assert sum(found.sizes) / 2 / 48_000 == pytest.approx(seconds, abs=0.001)


@pytest.mark.parametrize("bitrate", [16_000, 512_000])
def test_a_bit_rate_that_a_codec_does_not_offer_is_moved_to_one_that_it_does(tmp_path, bitrate):
    source = audio_only(tmp_path / "a.m4a", channels=1)
    codecs = {"m4a": "aac", "mp3": "mp3", "ogg": "opus", "mkv": "vorbis"}
    audio = {"bitrate": bitrate}
    outputs = {form: {"kind": "transcode", "container": form, "audio": {**audio, "codec": codec}} for form, codec in codecs.items()}
    carry_out(source, tmp_path / "w", outputs)


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
    source = make(tmp_path / "late.mkv", *picture, *late, "-map", "0", "-map", "1", "-c:v", "libx264", "-c:a", "pcm_s16le")
    made = carry_out(source, tmp_path / "w", {"web": {**WEB, "container": "mkv", "audio": {"codec": "pcm"}}})
    raw = subprocess.run(
        [ffmpeg(), "-v", "error", "-i", made.path("web"), "-f", "s16le", "-ac", "1", "-ar", "48000", "-"], capture_output=True, check=True
    ).stdout
    silent = len(raw) - len(raw.lstrip(b"\0"))
    assert silent / 2 / 48_000 == pytest.approx(0.5, abs=0.03)
