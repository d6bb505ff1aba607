"""Frames of stored videos, by the real tools."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageStat

from airflow_provider_media.core.execution import excerpts, frame_decoding
from airflow_provider_media.core.execution.frame_decoding import frame_of_file
from airflow_provider_media.core.ffmpeg.errors import Cancelled, FrameUnavailable
from airflow_provider_media.core.ffmpeg.frame import facts_arguments
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain
from airflow_provider_media.core.jobs.model import Engine
from airflow_provider_media.core.storage.errors import StorageError
from airflow_provider_media.core.storage.local import LocalStorage
from airflow_provider_media.core.storage.memory import MemoryStorage
from tests import media

REMOTE = "s3://bucket/film.mp4"


class CountingStorage(MemoryStorage):
    """Objects in memory, and how many bytes were read of them."""

    fetched = 0
    downloads = 0
    """Downloads that came to their end."""

    def read_range(self, uri: str, start: int, length: int, *, version: str) -> bytes:
        content = super().read_range(uri, start, length, version=version)
        self.fetched += len(content)
        return content

    def download(self, uri, path, *, progress=None, **options):
        info = super().download(uri, path, **options)
        self.fetched += info.size
        if progress:
            progress(info.size)
        self.downloads += 1
        return info


@pytest.fixture
def engine_of(tmp_path: Path):
    return lambda storage: Engine(
        toolchain=find_toolchain(), storages=lambda _: storage, limits=Limits(), directory=tmp_path
    )


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return media.clip(tmp_path / "film.mp4", width=640, height=360, seconds=8)


def remote(film: Path) -> CountingStorage:
    storage = CountingStorage()
    storage.write(REMOTE, film.read_bytes(), media_type="video/mp4")
    return storage


@pytest.mark.parametrize("at", [0, 3.2, 7.96])
def test_remote_mp4_gives_the_local_frame_by_ranges(film, engine_of, at):
    storage = remote(film)
    far = frame_of_file(REMOTE, at, engine_of(storage))
    assert far == frame_of_file(film.as_uri(), at, engine_of(LocalStorage()))
    assert storage.fetched < film.stat().st_size


def test_remote_mp4_with_late_clock_gives_the_local_frame(tmp_path, engine_of):
    film = media.clip(tmp_path / "late.mp4", width=640, height=360, seconds=8, extra=("-output_ts_offset", "5"))
    storage = remote(film)
    far = frame_of_file(REMOTE, 5.2, engine_of(storage))
    assert far == frame_of_file(film.as_uri(), 5.2, engine_of(LocalStorage()))
    assert storage.fetched < film.stat().st_size


def test_fragmented_remote_file_is_fetched_whole(tmp_path, engine_of):
    film = media.clip(tmp_path / "film.mp4", seconds=2, extra=("-movflags", "+frag_keyframe+empty_moov"))
    storage = remote(film)
    assert frame_of_file(REMOTE, 1, engine_of(storage)) == frame_of_file(film.as_uri(), 1, engine_of(LocalStorage()))
    assert storage.fetched >= film.stat().st_size


def test_remote_file_replaced_between_index_and_frame_is_refused(film, engine_of, monkeypatch):
    storage, other = remote(film), film.read_bytes()[::-1]

    def replaced(limits):
        storage.write(REMOTE, other, media_type="video/mp4")
        return facts_arguments(limits)

    monkeypatch.setattr(frame_decoding, "facts_arguments", replaced)  # after the index, before the packets
    with pytest.raises(StorageError, match="was changed while it was read"):
        frame_of_file(REMOTE, 6, engine_of(storage))


def test_local_file_replaced_while_decoded_is_refused(film, engine_of, monkeypatch):
    def replaced(limits):
        film.write_bytes(film.read_bytes())
        return facts_arguments(limits)

    monkeypatch.setattr(frame_decoding, "facts_arguments", replaced)
    with pytest.raises(StorageError, match="was changed while it was read"):
        frame_of_file(film.as_uri(), 1, engine_of(LocalStorage()))


@pytest.mark.parametrize("name", ["film.mp4", "film.ts"])
def test_cancelled_frame_stops_while_bytes_are_fetched(tmp_path, engine_of, monkeypatch, name):
    monkeypatch.setattr(excerpts, "CHUNK", 1024)
    film = media.clip(tmp_path / name, seconds=4)
    storage = remote(film)
    engine = replace(engine_of(storage), cancelled=lambda: storage.fetched > 4096)
    with pytest.raises(Cancelled):
        frame_of_file(REMOTE, 1, engine)
    assert storage.downloads == 0
    assert storage.fetched < 8192 or name == "film.ts"


def test_frame_that_needs_more_bytes_than_allowed_is_refused(film, engine_of, monkeypatch):
    storage = remote(film)
    monkeypatch.setattr(frame_decoding, "FETCHED_BYTES", 32 * 1024)
    monkeypatch.setattr(frame_decoding, "BEGINNING", 1024)
    with pytest.raises(FrameUnavailable, match="at most 32768"):
        frame_of_file(REMOTE, 6, engine_of(storage))
    assert storage.fetched <= 32 * 1024


def test_frames_of_different_times_differ(film, engine_of):
    engine = engine_of(LocalStorage())
    assert frame_of_file(film.as_uri(), 1, engine) != frame_of_file(film.as_uri(), 1.04, engine)


def test_remote_file_without_index_is_fetched_whole(tmp_path, engine_of):
    film = media.clip(tmp_path / "film.ts", seconds=2)
    storage = remote(film)
    assert frame_of_file(REMOTE, 1, engine_of(storage)).startswith(b"\xff\xd8")
    assert storage.fetched >= film.stat().st_size


def test_time_after_the_end_has_no_frame(film, engine_of):
    with pytest.raises(FrameUnavailable, match=r"at 9\.000 s"):
        frame_of_file(film.as_uri(), 9, engine_of(LocalStorage()))


def test_file_that_is_no_video_has_no_frame(tmp_path, engine_of):
    sound = media.audio_only(tmp_path / "sound.m4a")
    with pytest.raises(FrameUnavailable, match="no video"):
        frame_of_file(sound.as_uri(), 0, engine_of(LocalStorage()))


def mean(picture: bytes) -> tuple[float, ...]:
    """Mean red, green and blue of a JPEG."""
    return tuple(ImageStat.Stat(Image.open(BytesIO(picture)).convert("RGB")).mean)


def test_hdr_frame_is_as_bright_as_its_sdr(tmp_path, engine_of):
    picture = frame_of_file(media.hdr10(tmp_path / "hdr.mp4").as_uri(), 0.5, engine_of(LocalStorage()))
    # Without tone mapping, PQ samples shown as SDR are grey: no channel leaves the middle.
    low, high = zip(*Image.open(BytesIO(picture)).convert("RGB").getextrema(), strict=True)
    assert min(high) > 180
    assert max(low) < 75


@pytest.mark.parametrize(("height", "green"), [(360, 255), (720, 217)])
def test_untagged_frame_has_the_colours_that_players_assume(tmp_path, engine_of, height, green):
    # Pure green of BT.601 is darker where a player assumes BT.709, as it does of high definition.
    path = tmp_path / "green.mp4"
    picture = f"color=c=0x00ff00:size={height * 16 // 9}x{height}:duration=1"
    media.make(path, "-f", "lavfi", "-i", picture, "-pix_fmt", "yuv420p", str(path))
    assert mean(frame_of_file(path.as_uri(), 0.5, engine_of(LocalStorage())))[1] == pytest.approx(green, abs=4)
