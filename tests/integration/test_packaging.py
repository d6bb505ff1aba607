"""Real renditions through the real Packager: every segment begins on its planned frame."""

import json
import shutil

import pytest

from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.runner import run
from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain
from airflow_provider_media.core.media.languages import language_tag
from airflow_provider_media.core.packaging.manifests import parse_master, parse_media_playlist, parse_mpd
from airflow_provider_media.core.packaging.packager import packager_command
from airflow_provider_media.core.planning.excess import MOST_TRACKS
from airflow_provider_media.core.plans import Track
from tests.media import audio_only, clip
from tests.packages import X264, a_package, packaged, verified

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("rate", ["24", "25", "30000/1001", "24000/1001"])
@pytest.mark.parametrize(("gop", "frames_per_segment"), [(24, 24), (7, 14)])
def test_every_segment_begins_on_its_planned_frame_whatever_the_rate(tmp_path, rate, gop, frames_per_segment):
    package = a_package(tmp_path, rate=rate, gop=gop, frames_per_segment=frames_per_segment)
    verified(packaged(tmp_path, package), package)

    playlist = parse_media_playlist("p", (tmp_path / "90p/playlist.m3u8").read_text())
    assert len(playlist.segments) == -(-60 // frames_per_segment)
    assert playlist.segments[0].duration == pytest.approx(float(package.segment_duration), abs=0.0005)


def test_a_hundred_short_segments_never_creep_off_the_grid(tmp_path):
    small = Track(name="tiny", artifact="u", file="tiny.mp4", kind="video", bitrate=1000)
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
        return {
            path.relative_to(folder): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file() and path.suffix != ".mp4"
        } | {path.relative_to(folder): path.read_bytes() for path in folder.glob("*/init.mp4")}

    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, second = contents(tmp_path / "a"), contents(tmp_path / "b")
    assert first == second
    assert not [name for name, content in first.items() if bytes(tmp_path) in content]


@pytest.mark.parametrize("kind", ["video", "audio"])
@pytest.mark.parametrize("protocols", [("hls",), ("dash",), ("hls", "dash")])
def test_pictures_without_sound_and_sound_without_pictures_are_packaged(tmp_path, kind, protocols):
    whole = a_package(tmp_path)
    package = a_package(
        tmp_path, tracks=tuple(track for track in whole.tracks if track.kind == kind), protocols=protocols
    )
    files = [path.relative_to(tmp_path).as_posix() for path, _ in verified(packaged(tmp_path, package), package)]
    assert ("master.m3u8" in files) == ("hls" in protocols)
    assert ("manifest.mpd" in files) == ("dash" in protocols)
    assert all((tmp_path / file).is_file() for file in files)


def test_package_of_most_tracks_made_within_limits_of_tools(tmp_path):
    sound = audio_only(tmp_path / "a.m4a", seconds=2)
    facts = {"artifact": "u", "file": sound.name, "kind": "audio", "bitrate": 64_000, "language": "en"}
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
    tags = [
        "",
        *map(language_tag, ["fre", "nob", "pt-BR", "sh", "yue", "es-419", "ca-valencia", "zh-Hans-CN", "qaa", "mul"]),
    ]
    tracks = [
        Track(name=f"a{n}", artifact="u", file=f"a{n}.m4a", kind="audio", bitrate=64_000, language=tag)
        for n, tag in enumerate(tags)
    ]
    for track in tracks:
        shutil.copy(tmp_path / "eng.m4a", tmp_path / track.file)
    package = a_package(tmp_path, tracks=(whole.tracks[0], *tracks))
    verified(packaged(tmp_path, package), package)
    assert [sound.language for sound in parse_master("m", (tmp_path / "master.m3u8").read_text()).sounds] == tags


def test_facts_of_a_package_are_small_json(tmp_path):
    package = a_package(tmp_path)
    facts = {
        path.relative_to(tmp_path).as_posix(): facts for path, facts in verified(packaged(tmp_path, package), package)
    }
    assert json.loads(json.dumps(facts))["master.m3u8"] == {
        "duration": 2.4,
        "renditions": ["90p", "46p", "audio_eng", "audio_deu"],
    }
    assert facts["90p/playlist.m3u8"]["segments"] == 3
    assert list(facts)[-2:] == ["master.m3u8", "manifest.mpd"]
