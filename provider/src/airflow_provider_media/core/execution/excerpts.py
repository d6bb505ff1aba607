"""Excerpts: a sparse copy of a large MP4, with its index and only some of its media.

The index (moov) says where each frame lies. So the facts of a source, and the frames around a moment, take a small part
of the bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from airflow_provider_media.core.execution.workspace import as_source_errors
from airflow_provider_media.core.ffmpeg.packet_places import packet_places
from airflow_provider_media.core.jobs.errors import PreviewTooLarge
from airflow_provider_media.core.jobs.model import Engine
from airflow_provider_media.core.media.uri import redact
from airflow_provider_media.core.storage.protocol import ObjectInfo, RangedStorage
from airflow_provider_media.core.storage.sparse import fill, top_boxes

INDEX_BYTES = 256 * 1024**2
"""Most bytes of all boxes but the media."""
MEDIA_BYTES = 8 * 1024**2
"""Bytes at the beginning of the media, in which the first frames lie."""
CHUNK = 16 * 1024**2
GAP = 256 * 1024
"""Bytes between two parts below which they are read as one."""
LEAD, TAIL = 3.0, 3.0
"""Seconds before and after a moment for which frames are read."""


@dataclass(slots=True, kw_only=True)
class Excerpt:
    """A source of which this machine has only some parts."""

    uri: str
    stored: ObjectInfo
    path: Path
    engine: Engine
    budget: int
    """Bytes that may still be read."""
    _storage: RangedStorage = field(init=False)

    def __post_init__(self) -> None:
        storage = self.engine.storages(self.uri)
        if not isinstance(storage, RangedStorage):
            raise self.refusal("its storage cannot read parts of it")
        self._storage = storage

    def refusal(self, reason: str) -> PreviewTooLarge:
        """Return the error of a source that would have to be fetched as a whole."""
        return PreviewTooLarge(
            f"{redact(self.uri)} has {self.stored.size} bytes; a preview fetches at most"
            f" {self.engine.limits.source_bytes}, and {reason}. Submit a job, or try a smaller source",
            size=self.stored.size,
            limit=self.engine.limits.source_bytes,
        )

    def fetch_index(self) -> None:
        """Fetch everything but the media, and the beginning of the media.

        :raises PreviewTooLarge: when the source is no MP4 with one index, or the index is too large.
        """
        if self.stored.size < 0:
            raise self.refusal("its server does not say how large it is")
        with self.path.open("wb") as file:
            file.truncate(self.stored.size)
        for kind, start, length in list(self._boxes()):
            self._fetch(start, min(length, MEDIA_BYTES) if kind == b"mdat" else length)

    def fetch_moment(self, stream: int, seconds: float) -> None:
        """Fetch the frames of a stream around a moment.

        :param seconds: time on the clock of the file.
        """
        engine = self.engine
        places = packet_places(
            self.path,
            stream,
            (seconds - LEAD, seconds + TAIL),
            toolchain=engine.toolchain,
            limits=engine.limits,
            require_sandbox=engine.require_sandbox,
            cancelled=engine.raise_if_cancelled,
        )
        for start, end in _joined(places):
            self._fetch(start, end - start)

    def _boxes(self) -> Iterator[tuple[bytes, int, int]]:
        end = rest = 0
        for kind, start, length in top_boxes(self._read, self.stored.size):
            rest += 0 if kind == b"mdat" else length
            if rest > INDEX_BYTES or kind == b"moof":
                raise self.refusal("it is fragmented, or its index is too large")
            yield kind, start, length
            end = start + length
        if not end:
            raise self.refusal("it is no MP4, whose index would say where its frames are")
        if end < self.stored.size:
            raise self.refusal("its index is in too many parts")

    def _fetch(self, start: int, length: int) -> None:
        for place in range(start, start + length, CHUNK):
            self.engine.raise_if_cancelled()
            fill(self._read, self.path, place, min(CHUNK, start + length - place))

    def _read(self, start: int, length: int) -> bytes:
        if length > self.budget:
            raise self.refusal("this preview would need more of it")
        self.budget -= length
        with as_source_errors(self.uri):
            return self._storage.read_range(self.uri, start, length)


def _joined(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return parts as begin and end, with near ones joined."""
    joined: list[tuple[int, int]] = []
    for start, length in sorted(places):
        if joined and start - joined[-1][1] <= GAP:
            joined[-1] = (joined[-1][0], max(joined[-1][1], start + length))
        else:
            joined.append((start, start + length))
    return joined
