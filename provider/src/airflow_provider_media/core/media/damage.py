"""Damage report: decoded, repaired and missing frames per stream, made once per source and kept in its facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from airflow_provider_media.core.media.stream_log import StreamLog

_NAMED = 5
"""Most times that a sentence lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamDamage:
    """Result of a full decode for one stream."""

    stream: int
    """The stream's index in its file."""
    kind: Literal["video", "audio"]
    expected: int
    """Frames of video, by the container's packets; for audio, packets."""
    decoded: int
    """Frames of video; for audio, samples."""
    repaired: int = 0
    """Frames that the decoder repaired; for audio, errors that the decoder got over."""
    dropped: int = 0
    """Packets that gave no frame or sample."""
    duplicated: int = 0
    """Frames with the time of another frame, or behind a later frame.

    Not all of these frames can be shown; duplicates alone are no damage.
    """
    silent: float = 0.0
    """Seconds without samples between the first and the last sample, where packets were lost."""
    ragged: int = 0
    """Packets at the edges that a cut recording may lack; such packets are lawful and not counted above."""
    times: tuple[float, ...] = ()
    """Times of the first holes, in seconds."""

    @property
    def is_lost(self) -> bool:
        """Whether nothing of the stream could be decoded."""
        return self.decoded == 0

    @property
    def has_holes(self) -> bool:
        """Whether anything between the stream's edges is missing or repaired."""
        return self.is_lost or bool(self.repaired or self.dropped or self.silent)

    def __str__(self) -> str:
        name = f"{self.kind} stream {self.stream}"
        if self.is_lost:
            return f"{name} cannot be decoded at all"
        if not self.has_holes:
            return f"{name} is whole, but {self.duplicated} of its frames come twice or late and are not shown"
        repaired = "frames" if self.kind == "video" else "errors"
        parts = [
            f"{self.dropped} of {self.expected} packets lost" if self.dropped else "",
            f"{self.repaired} {repaired} repaired" if self.repaired else "",
            f"{self.duplicated} frames twice or late" if self.duplicated else "",
            f"{self.silent:.2f} s silent" if self.silent else "",
        ]
        where = ", ".join(f"{time:.2f}" for time in self.times[:_NAMED])
        more = " …" if len(self.times) > _NAMED else ""
        place = f" at {where}{more} s" if where else ""
        return f"{name} has holes{place} ({', '.join(part for part in parts if part)})"


def stream_damage(index: int, log: StreamLog, *, container_complaints: int) -> StreamDamage:
    """Return the damage of a stream, from the log of its decode.

    :param container_complaints: errors of the demuxer; the streams whose packets these errors cost are unknown.
    """
    lost = log.lost_pes_packets if log.has_gaps else 0
    evidence = log.repaired + log.refused + log.corrupt + lost
    harmed = bool(evidence or log.complaints or container_complaints)
    edge = min(log.edge, evidence + log.complaints)
    # Without a complaint, packets without a frame are lawful: second fields, alternate references, empty placeholders.
    missing = max(log.missing, log.refused) if harmed else 0
    if container_complaints or log.corrupt or lost:
        missing = max(missing, log.frames_in_gaps(), lost)
    dropped = max(0, missing - min(log.edge, missing)) + (log.late if harmed else 0)
    repaired = max(0, max(log.repaired + log.corrupt, log.complaints) - edge)
    return StreamDamage(
        stream=index,
        kind=log.kind,
        expected=log.packets.count,
        decoded=log.frames.count if log.kind == "video" else log.samples,
        repaired=repaired,
        duplicated=log.late,
        dropped=dropped,
        silent=round(log.gaps, 3) if harmed else 0.0,
        ragged=log.leading + edge,
        times=tuple(round(time, 3) for time in log.times),
    )
