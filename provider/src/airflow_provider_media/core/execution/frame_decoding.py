"""One frame of a stored video, for pages that compare a source with what was made of it.

A file of this machine is read in place. Of an MP4 in a storage, only its index and the packets around the frame are
fetched; any other file is fetched whole, up to a limit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from airflow_provider_media.core.execution.commands import run_command
from airflow_provider_media.core.execution.excerpts import ExcerptUse, make_excerpt
from airflow_provider_media.core.execution.workspace import attempt
from airflow_provider_media.core.ffmpeg.diagnosis import diagnose
from airflow_provider_media.core.ffmpeg.errors import Cancelled, FrameUnavailable, ProcessingError, ToolMissing
from airflow_provider_media.core.ffmpeg.frame import (
    FILE,
    MAIN_VIDEO,
    VideoFacts,
    facts_arguments,
    frame_command,
    frame_span,
    parse_facts,
)
from airflow_provider_media.core.ffmpeg.process import watch
from airflow_provider_media.core.ffmpeg.sandbox import enclose
from airflow_provider_media.core.jobs.model import Engine
from airflow_provider_media.core.media.errors import SourceError
from airflow_provider_media.core.media.uri import local_path
from airflow_provider_media.core.storage.errors import changed
from airflow_provider_media.core.storage.protocol import ObjectInfo

FETCHED_BYTES = 256 * 1024 * 1024
"""Most bytes that are fetched for one frame: more than some seconds of the largest camera formats."""
BEGINNING = 1024 * 1024
"""Bytes at the beginning of the media, at which tools look."""
CPU_SECONDS = 60.0
"""Processor time of ffprobe, which decodes nothing."""


def frame_of_file(uri: str, at: float, engine: Engine) -> bytes:
    """Return the frame of a stored video at a time, as JPEG.

    :param at: seconds.
    :raises FrameUnavailable: when the video has no frame at that time, or when too much would have to be fetched.
    :raises StorageError: when the storage cannot be read, or the file was changed meanwhile.
    """
    with attempt(engine) as folder:
        if (path := local_path(uri)) is not None:
            return _local_frame(uri, path, at, folder, engine)
        return _remote_frame(uri, at, folder, engine)


def _local_frame(uri: str, path: Path, at: float, folder: Path, engine: Engine) -> bytes:
    storage = engine.storages(uri)
    stored = storage.head(uri)
    picture = _frame(path, at, _facts(path, at, folder, engine), folder, engine)
    if storage.head(uri).version != stored.version:
        raise changed(uri)
    return picture


def _remote_frame(uri: str, at: float, folder: Path, engine: Engine) -> bytes:
    path = folder / "fetched"
    use = ExcerptUse(
        beginning=BEGINNING,
        most=FETCHED_BYTES,
        purpose="a frame",
        advice="Download the file and open it in a player.",
        error=FrameUnavailable,
    )

    def check(stored: ObjectInfo) -> None:
        if stored.size > use.most:
            raise use.refusal(stored, "all of it would be needed")

    excerpt = make_excerpt(uri, path, engine, use)
    if excerpt is None:
        engine.storages(uri).download(uri, path, check=check, progress=lambda _: engine.raise_if_cancelled())
    facts = _facts(path, at, folder, engine)
    if excerpt:
        with _failures_explained(at):
            excerpt.fetch_span(MAIN_VIDEO, frame_span(at, facts))
    return _frame(path, at, facts, folder, engine)


def frame_of_segment(parts: Sequence[bytes], at: float, engine: Engine) -> bytes:
    """Return a frame of one segment of a stream, as JPEG.

    :param parts: the stream's header and the segment.
    :param at: seconds after the segment's beginning.
    :raises FrameUnavailable: when the segment has no frame at that time.
    """
    with attempt(engine) as folder:
        path = folder / "segment"
        path.write_bytes(b"".join(parts))
        return _frame(path, at, _facts(path, at, folder, engine), folder, engine)


@contextmanager
def _failures_explained(at: float) -> Iterator[None]:
    """Raise the failures of tools as the absence of a frame: a page can do nothing else about them."""
    try:
        yield
    except (Cancelled, ToolMissing, FrameUnavailable):
        raise
    except (ProcessingError, SourceError) as error:
        raise FrameUnavailable(f"No frame can be decoded at {at:.3f} s: {error.message}", at=at) from error


def _facts(path: Path, at: float, folder: Path, engine: Engine) -> VideoFacts:
    lines: list[str] = []
    launch = enclose(
        (str(engine.toolchain.ffprobe), *facts_arguments(engine.limits)),
        directory=folder,
        source=path,
        limits=engine.limits,
        bubblewrap=engine.toolchain.bubblewrap,
        require_sandbox=engine.require_sandbox,
        cpu_seconds=CPU_SECONDS,
    )
    with _failures_explained(at):
        ended = watch(launch, on_line=lines.append, tick=engine.raise_if_cancelled, what="reading the video's facts")
        if ended.returncode:
            raise diagnose(
                tool="ffprobe", returncode=ended.returncode, stderr=ended.stderr, name="reading the video's facts"
            )
        facts = parse_facts("\n".join(lines))
        if not facts.has_video:
            raise FrameUnavailable("The file has no video; ask for a frame of a video.")
        return facts


def _frame(path: Path, at: float, facts: VideoFacts, folder: Path, engine: Engine) -> bytes:
    with _failures_explained(at):
        command = frame_command(at, facts, limits=engine.limits)
        run_command(command, engine, name="frame", directory=folder, source=path)
    picture = folder / FILE
    if not picture.exists():
        raise FrameUnavailable(f"The video has no frame at {at:.3f} s; ask for an earlier time.", at=at)
    return picture.read_bytes()
