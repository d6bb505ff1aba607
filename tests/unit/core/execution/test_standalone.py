"""Packaging of files that are there already, by the real tools in this process's memory."""

from dataclasses import replace

import pytest

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.execution.standalone import Packaging, package_files
from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain
from airflow_provider_media.core.planning.errors import OutputTooLarge
from airflow_provider_media.core.planning.excess import MOST_TRACKS
from tests.media import audio_only, clip

PICTURE, SOUND, BOTH = "s3://in/picture.mp4", "s3://in/sound.m4a", "s3://in/both.mp4"


@pytest.fixture
def engine(engine, storage, tmp_path):
    files = {
        PICTURE: clip(tmp_path / "picture.mp4", audio=False),
        SOUND: audio_only(tmp_path / "sound.m4a"),
        "s3://in/longer.m4a": audio_only(tmp_path / "longer.m4a", seconds=1.5),
        "s3://in/shorter.m4a": audio_only(tmp_path / "shorter.m4a", seconds=0.5),
        BOTH: clip(tmp_path / "both.mp4"),
    }
    for uri, path in files.items():
        storage.put(uri, path.read_bytes(), media_type="video/mp4")
    return replace(engine, toolchain=find_toolchain())


def test_files_of_one_stream_each_become_a_package(job, engine):
    manifest = package_files(job, [PICTURE, SOUND], Packaging(prefix="film/"), engine)
    assert {"s3://out/film/master.m3u8", "s3://out/film/manifest.mpd"} <= {made.uri for made in manifest.outputs}


def test_package_files_audio_longer_than_video_packaged_for_hls_only(job, engine):
    uris = [PICTURE, "s3://in/longer.m4a"]
    with pytest.raises(
        ConfigurationError, match=r"the sound lasts 1\.5\d\d s and the pictures 1\.000 s, with which DASH ends"
    ):
        package_files(job, uris, Packaging(), engine)
    assert package_files(job, uris, Packaging(protocols=("hls",)), engine).outputs


def test_package_of_shorter_sound_warns_of_players_that_stand_still(job, engine):
    assert package_files(job, [PICTURE, SOUND], Packaging(), engine).warnings == ()
    (warning,) = package_files(
        replace(job, id="other"), [PICTURE, "s3://in/shorter.m4a"], Packaging(prefix="b/"), engine
    ).warnings
    assert warning.startswith("package: s3://in/shorter.m4a ends 0.5 s before the longest rendition")


def test_package_files_too_many_tracks_refused(job, engine):
    with pytest.raises(
        OutputTooLarge, match=f"the package would have {MOST_TRACKS + 1} tracks; at most {MOST_TRACKS} are allowed"
    ):
        package_files(job, [PICTURE] * (MOST_TRACKS + 1), Packaging(), engine)


@pytest.mark.parametrize(
    ("uris", "message"), [([BOTH], "has 1 video and 1 audio streams"), ([SOUND], "none of the renditions holds")]
)
def test_what_is_no_set_of_renditions_is_refused(job, engine, uris, message):
    with pytest.raises(ConfigurationError, match=message):
        package_files(job, uris, Packaging(), engine)
