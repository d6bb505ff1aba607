"""Excerpts: a sparse copy of a large MP4 in a storage, with its index and only some of its media.

The index (moov) says where each frame lies (ISO/IEC 14496-12 §8). So the facts of a file, and the frames around a
moment, take a small part of the bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.ffmpeg.errors import Cancelled
from airflow_provider_media.core.ffmpeg.packet_places import packet_places
from airflow_provider_media.core.jobs.model import Engine
from airflow_provider_media.core.media.uri import redact
from airflow_provider_media.core.storage.errors import StorageError
from airflow_provider_media.core.storage.protocol import ObjectInfo, RangedStorage
from airflow_provider_media.core.storage.sparse import FIRST_KINDS, Mp4Box, boxes, is_fragmented, make_hole, write_part

INDEX_BYTES = 256 * 1024**2
"""Most bytes of all boxes but the media."""
BOXES = 64
"""Most top-level boxes; a fragmented file has thousands, and its index is everywhere."""
CHUNK = 4 * 1024**2
"""Most bytes of one request; cancellation is checked before each."""
GAP = 256 * 1024
"""Bytes between two parts below which they are read as one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcerptUse:
    """What an excerpt is for."""

    beginning: int
    """Bytes at the beginning of the media that it always holds: tools look at the first frames of every stream."""
    most: int
    """Most bytes that are fetched, of the excerpt or of the whole file in its stead."""
    purpose: str
    """What the bytes are fetched for, such as ``a preview``."""
    advice: str
    """What to do with a file that takes more."""
    error: type[MediaError]
    """Error of a file that takes more."""

    def refusal(self, stored: ObjectInfo, reason: str) -> MediaError:
        """Return the error of a file that takes more.

        :param reason: a clause.
        """
        return self.error(
            f"{redact(stored.uri)} has {stored.size} bytes; {self.purpose} fetches at most {self.most}, and {reason}."
            f" {self.advice}",
            size=stored.size,
            limit=self.most,
        )


@dataclass(slots=True, kw_only=True)
class Excerpt:
    """A stored file of which this machine has only some parts, all of one version."""

    stored: ObjectInfo
    path: Path
    uri: str
    use: ExcerptUse
    engine: Engine
    storage: RangedStorage
    fetched: int = 0
    """Bytes that were fetched."""

    def fetch_span(self, stream: str, span: tuple[float, float]) -> None:
        """Fetch the frames of a stream from the keyframe before a span to its end.

        :param stream: ffmpeg's specifier of the stream.
        :param span: seconds on the clock of the file.
        :raises EncodeFailed: when the index cannot be read.
        :raises StorageError: when a part cannot be read, or the file was changed.
        """
        engine = self.engine
        places = packet_places(
            self.path,
            stream,
            span,
            toolchain=engine.toolchain,
            limits=engine.limits,
            require_sandbox=engine.require_sandbox,
            cancelled=engine.raise_if_cancelled,
        )
        parts = _joined(places)
        self._check(sum(end - begin for begin, end in parts))
        for begin, end in parts:
            self._fetch(begin, end)

    def fetch_index(self) -> None:
        """Fetch everything but the media, and the beginning of the media.

        :raises MediaError: the use's refusal when the file is no MP4 with one index, or the index is too large.
        :raises StorageError: when a part cannot be read, or the file was changed.
        """
        if self.stored.size < 0:
            raise self._refusal("its server does not say how large it is")
        make_hole(self.path, self.stored.size)
        for box in self._top_boxes():
            self._fetch(box.begin, min(box.end, box.begin + self.use.beginning) if box.kind == b"mdat" else box.end)
            if box.kind == b"moov" and is_fragmented(self.path, box):
                raise self._refusal("it is fragmented, so that no index says where all its frames are")

    def _top_boxes(self) -> Iterator[Mp4Box]:
        end, index_bytes, kinds = 0, 0, set()
        for box in islice(boxes(self._read, 0, self.stored.size), BOXES):
            if not end and box.kind not in FIRST_KINDS:
                break
            index_bytes += 0 if box.kind == b"mdat" else box.length
            if index_bytes > INDEX_BYTES:
                raise self._refusal("its index is too large")
            yield box
            end = box.end
            kinds.add(box.kind)
        if not end:
            raise self._refusal("it is no MP4, whose index would say where its frames are")
        if end < self.stored.size or b"moov" not in kinds:
            raise self._refusal("its index is missing or in too many parts")

    def _fetch(self, begin: int, end: int) -> None:
        self._check(end - begin)
        for place in range(begin, end, CHUNK):
            write_part(self.path, place, self._read(place, min(CHUNK, end - place)))

    def _read(self, begin: int, length: int) -> bytes:
        self.engine.raise_if_cancelled()
        self._check(length)
        content = self.storage.read_range(self.uri, begin, length, version=self.stored.version)
        self.fetched += length
        if len(content) != length:
            raise StorageError(
                f"Of {redact(self.uri)}, {len(content)} bytes arrived instead of the {length} from byte {begin} on; try"
                " again."
            )
        return content

    def _check(self, length: int) -> None:
        if self.fetched + length > self.use.most:
            raise self._refusal("more of it would be needed")

    def _refusal(self, reason: str) -> MediaError:
        return self.use.refusal(self.stored, reason)


def make_excerpt(uri: str, path: Path, engine: Engine, use: ExcerptUse) -> Excerpt | None:
    """Return the excerpt of a file with its index, or None where the whole file has to be fetched.

    :param path: where the excerpt is made.
    :raises MediaError: the use's refusal when there can be no excerpt and the whole file is too large.
    :raises StorageError: when the storage cannot be read.
    """
    storage = engine.storages(uri)
    stored = storage.head(uri)
    if not isinstance(storage, RangedStorage):
        error: MediaError = use.refusal(stored, "its storage cannot read parts of it")
    else:
        excerpt = Excerpt(uri=uri, stored=stored, path=path, use=use, engine=engine, storage=storage)
        try:
            excerpt.fetch_index()
            return excerpt
        except Cancelled:
            raise
        except MediaError as failure:
            error = failure
    if stored.size > use.most:
        raise error
    path.unlink(missing_ok=True)
    return None


def _joined(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return parts as begin and end, with near ones joined."""
    joined: list[tuple[int, int]] = []
    for start, length in sorted(places):
        if joined and start - joined[-1][1] <= GAP:
            joined[-1] = (joined[-1][0], max(joined[-1][1], start + length))
        else:
            joined.append((start, start + length))
    return joined
