"""Tracks with roles through the real tools: what players are told of them, and which of them is the programme."""

import subprocess
from array import array
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.probing import probe
from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain
from airflow_provider_media.core.packaging.manifests import parse_master, parse_mpd
from tests.captions import captioned, captions_of
from tests.media import THREE_ROLES, clip, ffmpeg, laden
from tests.planned import carry_out, packaged

pytestmark = pytest.mark.integration

FAST = {"speed": "fastest", "gop_seconds": 0.5}
LADDER = {
    "kind": "ladder",
    "speed": "fastest",
    "segment_seconds": 1,
    "renditions": [{"short_side": 90, "max_bitrate": 200_000}],
}
ALL = {**LADDER, "audio_tracks": "all"}
DESCRIBES_VIDEO = "public.accessibility.describes-video"


def three_roles(path, *extra: str):
    """Programme (440 Hz), audio description (880 Hz) and commentary (1320 Hz), all in English."""
    return clip(path, audio=3, extra=(*THREE_ROLES, *extra))


def hertz(path, stream: int = 0) -> int:
    """The pitch of a tone: how often it crosses zero upwards in its first half second."""
    argv = [
        ffmpeg(),
        "-v",
        "error",
        "-i",
        path,
        "-map",
        f"0:a:{stream}",
        "-t",
        "0.5",
        "-f",
        "f32le",
        "-ac",
        "1",
        "-ar",
        "48000",
        "-",
    ]
    samples = array("f", subprocess.run(argv, capture_output=True, check=True).stdout)
    return 2 * sum(before < 0 <= after for before, after in pairwise(samples))


def audio_sets(directory) -> list[ET.Element]:
    root = ET.parse(directory / "manifest.mpd").getroot()
    return [
        one for one in root.iter("{urn:mpeg:dash:schema:mpd:2011}AdaptationSet") if one.get("contentType") == "audio"
    ]


def test_hls_master_describes_role_of_each_of_three_sounds(tmp_path):
    made = carry_out(three_roles(tmp_path / "c.mkv"), tmp_path / "w", {"s": ALL})
    packaged(made)
    sounds = parse_master("master.m3u8", (made.directory / "master.m3u8").read_text()).sounds
    told = [(sound.name, sound.language, sound.default, sound.autoselect, sound.characteristics) for sound in sounds]
    assert told == [
        ("English", "en", True, True, ""),
        ("English (Audio description)", "en", False, True, DESCRIBES_VIDEO),
        ("English (Commentary)", "en", False, False, "public.auxiliary-content"),
    ]
    assert [sound.uri for sound in sounds] == [
        f"{folder}/playlist.m3u8" for folder in ("audio_eng", "audio_eng_2", "audio_eng_3")
    ]


def test_dash_has_an_adaptation_set_of_each_of_three_sounds(tmp_path):
    made = carry_out(three_roles(tmp_path / "c.mkv"), tmp_path / "w", {"s": ALL})
    packaged(made)
    sounds = [
        one
        for one in parse_mpd("m", (made.directory / "manifest.mpd").read_text()).representations
        if one.kind == "audio"
    ]
    assert [(sound.label, sound.language, sound.roles) for sound in sounds] == [
        ("English", "en", ("main",)),
        ("English (Audio description)", "en", ("alternate", "description")),
        ("English (Commentary)", "en", ("commentary",)),
    ]
    assert [sound.accessibility for sound in sounds] == [(), (("urn:tva:metadata:cs:AudioPurposeCS:2007", "1"),), ()]
    sets = audio_sets(made.directory)
    assert [len(one.findall("{*}Representation")) for one in sets] == [1, 1, 1]
    # ISO/IEC 23009-1's schema has Label before Accessibility and Role.
    assert [child.tag.partition("}")[2] for child in sets[1]][:3] == ["Label", "Accessibility", "Role"]


def test_bit_rates_of_programme_share_adaptation_set_and_hls_groups(tmp_path):
    audio = [{"bitrate": 64_000}, {"bitrate": 128_000}]
    made = carry_out(three_roles(tmp_path / "c.mkv"), tmp_path / "w", {"s": {**ALL, "audio": audio}})
    packaged(made)
    assert [len(one.findall("{*}Representation")) for one in audio_sets(made.directory)] == [2, 2, 2]
    sounds = parse_master("master.m3u8", (made.directory / "master.m3u8").read_text()).sounds
    assert [(sound.group, sound.default) for sound in sounds if sound.name == "English"] == [
        ("audio_64k", True),
        ("audio_128k", True),
    ]


@pytest.mark.parametrize("language", ["language=pt-BR", "language="])
def test_names_with_marks_that_packager_cannot_take_reach_both_manifests(tmp_path, language):
    title = 'Comments by A, B & C; "the" best = 100 % <日本> \\ a|b'
    named = ("-metadata:s:a:2", f"title={title}", "-metadata:s:a", language)
    made = carry_out(three_roles(tmp_path / "c.mkv", *named), tmp_path / "w", {"s": ALL})
    packaged(made)
    name = parse_master("master.m3u8", (made.directory / "master.m3u8").read_text()).sounds[2].name
    assert title.replace('"', "'") in name
    assert audio_sets(made.directory)[2].findtext("{*}Label") == name


@pytest.mark.parametrize("suffix", [".mkv", ".mp4"])
def test_programme_sound_is_chosen_over_first_and_default_audio_description(tmp_path, suffix):
    source = three_roles(tmp_path / "c.mkv")
    first = tmp_path / f"first{suffix}"
    turned = ("-map", "0:v", "-map", "0:a:1", "-map", "0:a:0", "-map", "0:a:2", "-c", "copy")
    flags = ("-disposition:a:0", "default+visual_impaired", "-disposition:a:1", "0")
    subprocess.run([ffmpeg(), "-v", "error", "-i", source, *turned, *flags, first], check=True)
    made = carry_out(first, tmp_path / "w", {"mp4": {"kind": "transcode", "video": FAST}, "s": LADDER})
    assert hertz(made.path("mp4")) == pytest.approx(440, abs=8)
    assert [track.label for package in made.plan.packages for track in package.tracks if track.kind == "audio"] == [
        "English"
    ]
    assert "2 audio tracks (English audio description, English commentary)" in made.plan.left_out[0].reason


@pytest.mark.parametrize(
    ("container", "roles", "titles", "unspoken"),
    [
        ("mp4", ["main", "audio_description", "commentary"], ["", "Audio description", "Commentary"], []),
        ("mkv", ["main", "audio_description", "commentary"], ["", "Audio description", "Commentary"], []),
        ("mov", ["main", "audio_description", "commentary"], ["", "Audio description", "Commentary"], ["role", "role"]),
        ("ts", ["main", "audio_description", "main"], ["", "", ""], ["title", "title", "role"]),
    ],
)
def test_transcode_of_all_tracks_tells_what_its_container_can_hold(tmp_path, container, roles, titles, unspoken):
    wanted = {"kind": "transcode", "container": container, "video": FAST, "audio": {"tracks": "all"}}
    made = carry_out(three_roles(tmp_path / "c.mkv"), tmp_path / "w", {"out": wanted})
    found = probe(made.path("out"), toolchain=find_toolchain(), limits=Limits())
    assert [track.role for track in found.audio] == roles
    assert [track.title for track in found.audio] == titles
    reasons = "".join(left.reason for left in made.plan.left_out)
    assert [word for word in reasons.replace(",", "").split() if word in ("title", "role")] == unspoken


@pytest.mark.parametrize("codec", ["h264", "h265"])
def test_captions_within_the_picture_survive_and_are_declared(tmp_path, codec):
    wanted = {
        "s": {**LADDER, "codec": codec},
        "mp4": {"kind": "transcode", "video": {**FAST, "codec": codec, "frame_rate": 25}},
    }
    marks = [{"text": "Mark", "corner": "center", "size": "20%"}]
    made = carry_out(captioned(tmp_path / "c.mp4"), tmp_path / "w", wanted, watermarks=marks)
    packaged(made)
    master = parse_master("master.m3u8", (made.directory / "master.m3u8").read_text())
    assert [(captions.channel, captions.name) for captions in master.captions] == [("CC1", "English (closed captions)")]
    assert {variant.captions for variant in master.variants} == {master.captions[0].group}
    (picture,) = [
        one
        for one in parse_mpd("m", (made.directory / "manifest.mpd").read_text()).representations
        if one.kind == "video"
    ]
    assert picture.accessibility == (("urn:scte:dash:cc:cea-608:2015", "CC1=eng"),)
    assert captions_of(made.path("mp4")) == captions_of(made.directory / "s.90p.mp4") == "HELLO"
    assert not made.plan.left_out


def test_captions_survive_deinterlacing(tmp_path):
    made = carry_out(
        captioned(tmp_path / "c.mp4", interlaced=True), tmp_path / "w", {"mp4": {"kind": "transcode", "video": FAST}}
    )
    assert captions_of(made.path("mp4")) == "HELLO"


def test_captions_dropped_by_codec_are_undeclared_and_reported_left_out(tmp_path):
    wanted = {
        "s": {**LADDER, "codec": "av1"},
        "web": {"kind": "transcode", "container": "webm", "video": {**FAST, "codec": "vp9"}},
    }
    made = carry_out(captioned(tmp_path / "c.mp4", seconds=1), tmp_path / "w", wanted)
    packaged(made)
    assert not parse_master("master.m3u8", (made.directory / "master.m3u8").read_text()).captions
    assert [(left.output, left.reason) for left in made.plan.left_out] == [
        (name, "not taken along from the source: the closed captions") for name in ("s", "web")
    ]


def test_left_out_lists_subtitles_attachments_chapters_tags_for_each_output(tmp_path):
    outputs = {
        "mp4": {"kind": "transcode", "video": FAST},
        "sound": {"kind": "transcode", "container": "m4a"},
        "s": LADDER,
    }
    outputs["poster"] = {"kind": "snapshots", "at": ["10%"]}
    made = carry_out(laden(tmp_path / "c.mkv"), tmp_path / "w", outputs)
    beside = "2 subtitle tracks (English, German), 1 attachment, 2 chapters, 2 tags (artist, title)"
    assert [(left.output, left.reason.partition(": ")[2]) for left in made.plan.left_out] == [
        ("mp4", beside),
        ("sound", "2 chapters, 2 tags (artist, title)"),
        ("s", beside),
    ]
