"""One frame of a stored video, for pages that compare a source with what was made of it.

A file of this machine is read in place. Of an MP4 in a storage with range reads, only its index and the packets around
the frame are fetched; any other file is fetched whole, up to a limit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from airflow_provider_media.core.execution.workspace import attempt
from airflow_provider_media.core.ffmpeg.diagnosis import diagnose
from airflow_provider_media.core.ffmpeg.errors import Cancelled, FrameUnavailable, ProcessingError, ToolMissing
from airflow_provider_media.core.ffmpeg.frame import FILE, FrameNeeds, frame_command, needs_arguments, parse_needs
from airflow_provider_media.core.ffmpeg.process import watch
from airflow_provider_media.core.ffmpeg.runner import run
from airflow_provider_media.core.ffmpeg.sandbox import enclose
from airflow_provider_media.core.jobs.model import Engine
from airflow_provider_media.core.media.errors import SourceError
from airflow_provider_media.core.media.uri import local_path, redact
from airflow_provider_media.core.storage.protocol import ObjectInfo, RangedStorage
from airflow_provider_media.core.storage.sparse import fill, lay_out_mp4

WHOLE_BYTES = 256 * 1024 * 1024
"""Largest file that is fetched whole for one frame."""
RANGE_BYTES = 128 * 1024 * 1024
"""Most bytes that are fetched for one frame of an indexed file: some seconds of the largest camera formats."""
CPU_SECONDS = 60.0
"""Processor time of ffprobe, which decodes nothing."""


def frame_of_file(uri: str, at: float, engine: Engine) -> bytes:
    """Return the frame of a stored video at a time, as JPEG.

    :param at: seconds.
    :raises FrameUnavailable: when the video has no frame at that time, or when too much would have to be fetched.
    :raises StorageError: when the storage cannot be read.
    """
    storage = engine.storages(uri)
    with attempt(engine) as folder:
        if (path := local_path(uri)) is not None:
            storage.head(uri)
            return _frame(path, at, _needs(path, at, folder, engine), folder, engine)
        path = folder / "fetched"
        if isinstance(storage, RangedStorage):
            read = partial(storage.read_range, uri)
            if lay_out_mp4(read, storage.head(uri).size, path):
                needs = _needs(path, at, folder, engine)
                _check_size(uri, needs.length, RANGE_BYTES)
                fill(read, path, needs.begin, needs.length)
                return _frame(path, at, needs, folder, engine)
        storage.download(uri, path, check=_check_whole)
        return _frame(path, at, _needs(path, at, folder, engine), folder, engine)


def frame_of_segment(parts: Sequence[bytes], at: float, engine: Engine) -> bytes:
    """Return a frame of one segment of a stream, as JPEG.

    :param parts: the stream's header and the segment.
    :param at: seconds after the segment's beginning.
    :raises FrameUnavailable: when the segment has no frame at that time.
    """
    with attempt(engine) as folder:
        path = folder / "segment"
        path.write_bytes(b"".join(parts))
        return _frame(path, at, _needs(path, at, folder, engine), folder, engine)


def _check_whole(info: ObjectInfo) -> None:
    _check_size(info.uri, info.size, WHOLE_BYTES)


def _check_size(uri: str, size: int, allowed: int) -> None:
    if size > allowed:
        raise FrameUnavailable(
            f"A frame of {redact(uri)} takes {size} bytes; {allowed} are fetched at most. Download the file and open it"
            " in a player.",
            measured=size,
            allowed=allowed,
        )


@contextmanager
def _failures_explained(at: float) -> Iterator[None]:
    """Raise the failures of tools as the absence of a frame: a page can do nothing else about them."""
    try:
        yield
    except (Cancelled, ToolMissing, FrameUnavailable):
        raise
    except (ProcessingError, SourceError) as error:
        raise FrameUnavailable(f"No frame can be decoded at {at:.3f} s: {error.message}", at=at) from error


def _needs(path: Path, at: float, folder: Path, engine: Engine) -> FrameNeeds:
    lines: list[str] = []
    launch = enclose(
        (str(engine.toolchain.ffprobe), *needs_arguments(at, engine.limits)),
        directory=folder,
        source=path,
        limits=engine.limits,
        bubblewrap=engine.toolchain.bubblewrap,
        require_sandbox=engine.require_sandbox,
        cpu_seconds=CPU_SECONDS,
    )
    with _failures_explained(at):
        ended = watch(launch, on_line=lines.append, tick=engine.raise_if_cancelled, what="finding a frame")
        if ended.returncode:
            raise diagnose(tool="ffprobe", returncode=ended.returncode, stderr=ended.stderr, name="finding a frame")
        needs = parse_needs("\n".join(lines))
        if not needs.has_video:
            raise FrameUnavailable("The file has no video; ask for a frame of a video.")
        return needs


def _frame(path: Path, at: float, needs: FrameNeeds, folder: Path, engine: Engine) -> bytes:
    with _failures_explained(at):
        run(
            frame_command(at, needs, limits=engine.limits),
            directory=folder,
            source=path,
            toolchain=engine.toolchain,
            limits=engine.limits,
            name="frame",
            cancelled=engine.cancelled,
            require_sandbox=engine.require_sandbox,
        )
    picture = folder / FILE
    if not picture.exists():
        raise FrameUnavailable(f"The video has no frame at {at:.3f} s; ask for an earlier time.", at=at)
    return picture.read_bytes()
