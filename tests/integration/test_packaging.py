"""Real renditions through the real Packager: every segment begins on its planned frame, and every damage afterwards is found."""

import json
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path

import pytest

from airflow_provider_media.core.errors import VerificationFailed
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.runner import run
from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain
from airflow_provider_media.core.media.languages import language_tag
from airflow_provider_media.core.planning.excess import MOST_TRACKS
from airflow_provider_media.core.plans import Package, Track
from airflow_provider_media.core.streaming.labelling import label_manifests
from airflow_provider_media.core.streaming.manifests import parse_master, parse_media_playlist, parse_mpd
from airflow_provider_media.core.streaming.packaging import packager_command
from airflow_provider_media.core.streaming.verify import verify_package
from tests.media import audio_only, clip

pytestmark = pytest.mark.integration

X264 = ("-x264-params", "scenecut=0:open-gop=0:threads=1", "-bf", "2")


def a_package(directory: Path, *, rate: str = "25", gop: int = 24, frames_per_segment: int = 24, frames: int = 60, **changes) -> Package:
    """A ladder of two rungs and two languages, its renditions lying in ``directory``."""
    exact = Fraction(rate)
    seconds = float(frames / exact)
    for name, height in (("90p", 90), ("46p", 46)):
        clip(directory / f"{name}.mp4", width=160, height=height, rate=rate, seconds=seconds, audio=False, gop=gop, extra=X264)
    for name in ("eng", "deu"):
        audio_only(directory / f"{name}.m4a", seconds=seconds)
    tracks = (
        Track(name="90p", unit="u", file="90p.mp4", kind="video", bitrate=300_000),
        Track(name="46p", unit="u", file="46p.mp4", kind="video", bitrate=100_000),
        Track(name="audio_eng", unit="u", file="eng.m4a", kind="audio", bitrate=64_000, language="en", label="English"),
        Track(name="audio_deu", unit="u", file="deu.m4a", kind="audio", bitrate=64_000, language="de", label="Deutsch"),
    )
    facts = {
        "output": "stream",
        "key": "k",
        "prefix": "stream/",
        "tracks": tracks,
        "protocols": ("hls", "dash"),
        "segment_duration": frames_per_segment / exact,
        "frame_rate": exact,
        "duration": seconds,
        "iframe_playlists": True,
    }
    return Package(**{**facts, **changes})


def packaged(directory: Path, package: Package) -> Path:
    toolchain = find_toolchain()
    done = subprocess.run(
        [toolchain.packager, *packager_command(package).arguments], cwd=directory, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    label_manifests(directory, package)
    return directory


def verified(directory: Path, package: Package):
    return verify_package(directory, package, toolchain=find_toolchain(), limits=Limits())


@pytest.mark.parametrize("rate", ["24", "25", "30000/1001", "24000/1001"])
@pytest.mark.parametrize(("gop", "frames_per_segment"), [(24, 24), (7, 14)])
def test_every_segment_begins_on_its_planned_frame_whatever_the_rate(tmp_path, rate, gop, frames_per_segment):
    package = a_package(tmp_path, rate=rate, gop=gop, frames_per_segment=frames_per_segment)
    verified(packaged(tmp_path, package), package)

    playlist = parse_media_playlist("p", (tmp_path / "90p/playlist.m3u8").read_text())
    assert len(playlist.segments) == -(-60 // frames_per_segment)
    assert playlist.segments[0].duration == pytest.approx(float(package.segment_duration), abs=0.0005)


def test_a_hundred_short_segments_never_creep_off_the_grid(tmp_path):
    small = Track(name="tiny", unit="u", file="tiny.mp4", kind="video", bitrate=1000)
    clip(tmp_path / "tiny.mp4", width=32, height=32, rate="30000/1001", seconds=46.713, audio=False, gop=7, extra=X264)
    package = a_package(tmp_path, rate="30000/1001", gop=7, frames_per_segment=14, tracks=(small,), duration=46.713)
    verified(packaged(tmp_path, package), package)
    playlist = parse_media_playlist("p", (tmp_path / "tiny/playlist.m3u8").read_text())
    assert {segment.duration for segment in playlist.segments} == {0.467}
    assert len(playlist.segments) == 100


def test_players_get_all_rungs_languages_and_a_default(tmp_path):
    package = a_package(tmp_path)
    verified(packaged(tmp_path, package), package)
    master = parse_master("m", (tmp_path / "master.m3u8").read_text())
    assert [variant.resolution for variant in master.variants] == [(160, 90), (160, 46)]
    assert [(sound.language, sound.default) for sound in master.sounds] == [("en", True), ("de", False)]
    assert [variant.uri for variant in master.keyframes] == ["90p/iframes.m3u8", "46p/iframes.m3u8"]
    dash = parse_mpd("d", (tmp_path / "manifest.mpd").read_text())
    assert dash.duration == pytest.approx(2.4, abs=0.03)
    assert {part.language for part in dash.representations} == {"", "en", "de"}


def test_packaging_twice_gives_the_same_bytes_and_no_absolute_paths(tmp_path):
    def contents(folder):
        package = a_package(folder)
        packaged(folder, package)
        return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.suffix != ".mp4"} | {
            path.relative_to(folder): path.read_bytes() for path in folder.glob("*/init.mp4")
        }

    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, second = contents(tmp_path / "a"), contents(tmp_path / "b")
    assert first == second
    assert not [name for name, content in first.items() if bytes(tmp_path) in content]


@pytest.mark.parametrize("kind", ["video", "audio"])
@pytest.mark.parametrize("protocols", [("hls",), ("dash",), ("hls", "dash")])
def test_pictures_without_sound_and_sound_without_pictures_are_packaged(tmp_path, kind, protocols):
    whole = a_package(tmp_path)
    package = a_package(tmp_path, tracks=tuple(track for track in whole.tracks if track.kind == kind), protocols=protocols)
    files = [path.relative_to(tmp_path).as_posix() for path, _ in verified(packaged(tmp_path, package), package)]
    assert ("master.m3u8" in files) == ("hls" in protocols)
    assert ("manifest.mpd" in files) == ("dash" in protocols)
    assert all((tmp_path / file).is_file() for file in files)


def test_package_of_most_tracks_made_within_limits_of_tools(tmp_path):
    sound = audio_only(tmp_path / "a.m4a", seconds=2)
    facts = {"unit": "u", "file": sound.name, "kind": "audio", "bitrate": 64_000, "language": "en"}
    tracks = tuple(Track(name=f"audio_{number}", **facts) for number in range(MOST_TRACKS))
    package = a_package(tmp_path, tracks=tracks)
    run(
        packager_command(package),
        directory=tmp_path,
        source=None,
        toolchain=find_toolchain(),
        limits=Limits(memory=1024**3),
        name="package",
    )
    assert len(parse_mpd("m", (tmp_path / "manifest.mpd").read_text()).representations) == MOST_TRACKS


def test_packager_takes_every_kind_of_language_tag_as_it_is(tmp_path):
    whole = a_package(tmp_path)
    tags = ["", *map(language_tag, ["fre", "nob", "pt-BR", "sh", "yue", "es-419", "ca-valencia", "zh-Hans-CN", "qaa", "mul"])]
    tracks = [Track(name=f"a{n}", unit="u", file=f"a{n}.m4a", kind="audio", bitrate=64_000, language=tag) for n, tag in enumerate(tags)]
    for track in tracks:
        shutil.copy(tmp_path / "eng.m4a", tmp_path / track.file)
    package = a_package(tmp_path, tracks=(whole.tracks[0], *tracks))
    verified(packaged(tmp_path, package), package)
    assert [sound.language for sound in parse_master("m", (tmp_path / "master.m3u8").read_text()).sounds] == tags


def test_facts_of_a_package_are_small_json(tmp_path):
    package = a_package(tmp_path)
    facts = {path.relative_to(tmp_path).as_posix(): facts for path, facts in verified(packaged(tmp_path, package), package)}
    assert json.loads(json.dumps(facts))["master.m3u8"] == {"duration": 2.4, "renditions": ["90p", "46p", "audio_eng", "audio_deu"]}
    assert facts["90p/playlist.m3u8"]["segments"] == 3
    assert list(facts)[-2:] == ["master.m3u8", "manifest.mpd"]


def edit(name, old, new):
    def change(directory):
        path = directory / name
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))

    return change


def remove(name):
    return lambda directory: (directory / name).unlink()


def cut(name, keep):
    return lambda directory: (directory / name).write_bytes((directory / name).read_bytes()[:keep])


def swap(first, second):
    def change(directory):
        one, two = (directory / first).read_bytes(), (directory / second).read_bytes()
        (directory / first).write_bytes(two)
        (directory / second).write_bytes(one)

    return change


DAMAGE = {
    "a segment removed": (remove("90p/00002.m4s"), r"90p/playlist.m3u8: segment 90p/00002.m4s should be a file but is missing"),
    "a header removed": (remove("90p/init.mp4"), r"90p/init.mp4: file should be there but is missing"),
    "a playlist removed": (remove("90p/playlist.m3u8"), r"90p/playlist.m3u8 cannot be read"),
    "a master playlist removed": (remove("master.m3u8"), r"master.m3u8 cannot be read"),
    "a manifest removed": (remove("manifest.mpd"), r"manifest.mpd cannot be read"),
    "a segment cut off": (cut("90p/00002.m4s", 900), r"90p/00002.m4s: size should be \d+ bytes as its boxes say but is 900 bytes"),
    "an empty segment": (cut("90p/00003.m4s", 0), r"90p/00003.m4s: boxes should be moof and mdat but is none"),
    "a segment of noise": (
        lambda d: (d / "90p/00003.m4s").write_bytes(b"\0\0\0\x10free" + bytes(8)),
        r"boxes should be moof and mdat but is free",
    ),
    "two segments swapped": (swap("90p/00001.m4s", "90p/00002.m4s"), r"90p: frame 0 in file order should be \d+ bytes but is \d+ bytes"),
    "two sounds swapped": (swap("audio_eng/00001.m4s", "audio_eng/00002.m4s"), r"audio_eng: frame 0 in file order should be \d+ bytes"),
    "another rung's segment": (swap("90p/00001.m4s", "46p/00001.m4s"), r"90p: frame 0 in file order should be \d+ bytes but is \d+ bytes"),
    "a stray segment": (lambda d: shutil.copy(d / "90p/00001.m4s", d / "90p/00009.m4s"), r"90p/00009.m4s should be named but is left out"),
    "a wrong EXTINF": (
        edit("90p/playlist.m3u8", "#EXTINF:0.480", "#EXTINF:0.490"),
        r"duration of 00003.m4s should be 0.480 s but is 0.490 s",
    ),
    "an EXTINF left out": (
        edit("90p/playlist.m3u8", "#EXTINF:0.480,\n00003.m4s\n", ""),
        r"file 90p/00003.m4s should be named but is left out",
    ),
    "no end": (edit("90p/playlist.m3u8", "#EXT-X-ENDLIST", ""), r"end should be EXT-X-PLAYLIST-TYPE:VOD and EXT-X-ENDLIST but is open"),
    "a small target duration": (
        edit("90p/playlist.m3u8", "TARGETDURATION:1", "TARGETDURATION:0"),
        r"EXT-X-TARGETDURATION should be 1 at least",
    ),
    "no playlist at all": (edit("90p/playlist.m3u8", "#EXTM3U", "<html>"), r"90p/playlist.m3u8 does not begin with #EXTM3U"),
    "an unknown line": (edit("90p/playlist.m3u8", "#EXTINF:0.480,", "garbage"), r"90p/playlist.m3u8 is no valid HLS playlist"),
    "a wrong resolution": (
        edit("master.m3u8", "RESOLUTION=160x90", "RESOLUTION=1920x1080"),
        r"RESOLUTION of 90p/playlist.m3u8 should be 160x90",
    ),
    "a wrong codec": (edit("master.m3u8", "avc1.", "hvc1."), r"CODECS of 90p/playlist.m3u8 should be avc1. or avc3."),
    "sound not in the codecs": (edit("master.m3u8", ",mp4a.40.2", ""), r"CODECS of 90p/playlist.m3u8 should be mp4a"),
    "a wrong frame rate": (
        edit("master.m3u8", "FRAME-RATE=25.000", "FRAME-RATE=50.000"),
        r"FRAME-RATE of 90p/playlist.m3u8 should be 25.000",
    ),
    "a wrong bandwidth": (edit("master.m3u8", "BANDWIDTH=", "BANDWIDTH=9"), r"BANDWIDTH of 90p/playlist.m3u8 should be \d+ bit/s"),
    "a rung not on offer": (
        edit("master.m3u8", "\n46p/playlist.m3u8", "\n90p/playlist.m3u8"),
        r"variants should be 46p/playlist.m3u8, 90p/",
    ),
    "a sound not on offer": (edit("master.m3u8", "audio_deu/playlist", "audio_eng/playlist"), r"master.m3u8: sounds should be"),
    "a sound under another name": (
        edit("master.m3u8", 'NAME="Deutsch"', 'NAME="German"'),
        r"NAME of audio_deu/playlist.m3u8 should be Deutsch",
    ),
    "a sound of another language": (
        edit("master.m3u8", 'LANGUAGE="de"', 'LANGUAGE="nl"'),
        r"LANGUAGE of audio_deu/playlist.m3u8 should be de",
    ),
    "no default sound": (edit("master.m3u8", "DEFAULT=YES", "DEFAULT=NO"), r"DEFAULT of audio_eng/playlist.m3u8 should be YES"),
    "a sound that no player chooses": (
        edit("master.m3u8", "DEFAULT=NO,AUTOSELECT=YES", "DEFAULT=NO,AUTOSELECT=NO"),
        r"AUTOSELECT of audio_deu/playlist.m3u8 should be YES",
    ),
    "a description of nothing": (
        edit("master.m3u8", 'NAME="Deutsch"', 'NAME="Deutsch",CHARACTERISTICS="public.accessibility.describes-video"'),
        r"CHARACTERISTICS of audio_deu/playlist.m3u8 should be absent",
    ),
    "captions that are not there": (
        edit(
            "master.m3u8",
            "#EXT-X-STREAM-INF",
            '#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="CC",NAME="CC",INSTREAM-ID="CC1"\n#EXT-X-STREAM-INF',
        ),
        r"closed captions should be none but is CC1",
    ),
    "a keyframe range that points elsewhere": (
        edit("90p/iframes.m3u8", "@", "@1"),
        r"byte range \d+@1\d+ of 00001.m4s should be a keyframe",
    ),
    "keyframes in no segment": (edit("90p/iframes.m3u8", "00002", "00009"), r"90p/iframes.m3u8: segment should be one of the folder"),
    "ordinary instead of keyframes": (edit("90p/iframes.m3u8", "#EXT-X-I-FRAMES-ONLY\n", ""), r"kind should be EXT-X-I-FRAMES-ONLY"),
    "no keyframes on offer": (edit("master.m3u8", "90p/iframes.m3u8", "46p/iframes.m3u8"), r"I-frame playlists should be"),
    "DASH names another segment": (
        edit("manifest.mpd", "90p/$Number%05d$", "90p/$Number$"),
        r"manifest.mpd: segment 90p/1.m4s should be a file",
    ),
    "DASH leaves out a rung": (edit("manifest.mpd", "46p/", "47p/"), r"manifest.mpd: (segment|file) 46p/"),
    "DASH durations differ": (edit("manifest.mpd", 't="0" d="', 't="0" d="1'), r"manifest.mpd: duration of 90p/00001.m4s"),
    "DASH ends early": (edit("manifest.mpd", 'Duration="PT2', 'Duration="PT1'), r"mediaPresentationDuration should be 2.4\d\d s but is 1"),
    "DASH of another size": (
        edit("manifest.mpd", 'height="90"', 'height="91"'),
        r"manifest.mpd: size of 90p should be 160x90 but is 160x91",
    ),
    "DASH under another label": (edit("manifest.mpd", ">Deutsch<", ">German<"), r"manifest.mpd: Label of audio_deu should be Deutsch"),
    "DASH in another role": (edit("manifest.mpd", 'value="alternate"', 'value="commentary"'), r"Role of audio_deu should be alternate"),
    "DASH in another language": (edit("manifest.mpd", 'lang="de"', 'lang="nl"'), r"manifest.mpd: lang of audio_deu should be de"),
    "DASH cut off": (cut("manifest.mpd", 400), r"manifest.mpd is no valid DASH manifest"),
}


@pytest.fixture(scope="module")
def whole_package(tmp_path_factory):
    directory = tmp_path_factory.mktemp("package")
    package = a_package(directory)
    return packaged(directory, package), package


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_to_a_package_is_found_and_named(tmp_path, whole_package, damage):
    source, package = whole_package
    directory = shutil.copytree(source, tmp_path / "copy")
    change, message = DAMAGE[damage]
    change(directory)
    with pytest.raises(VerificationFailed, match=message):
        verified(directory, package)


def test_renditions_of_unequal_length_never_become_a_package(tmp_path):
    package = a_package(tmp_path)
    clip(tmp_path / "46p.mp4", width=160, height=46, seconds=2.36, audio=False, gop=24, extra=X264)
    packaged(tmp_path, package)
    with pytest.raises(VerificationFailed, match="46p: frames, as in 90p, should be 60 but is 59"):
        verified(tmp_path, package)


def test_keyframes_off_the_grid_never_become_a_package(tmp_path):
    package = a_package(tmp_path)
    for name in ("90p", "46p"):
        clip(tmp_path / f"{name}.mp4", height=90 if name == "90p" else 46, seconds=2.4, audio=False, gop=23, extra=X264)
    packaged(tmp_path, package)
    with pytest.raises(VerificationFailed, match=r"90p/00002.m4s: begin should be 0.9600 s but is"):
        verified(tmp_path, package)
