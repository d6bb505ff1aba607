"""Audio programmes: broadcasters' recorders write each channel as its own mono track, and players join the tracks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from airflow_provider_media.core.media.info import AudioStream

_LABEL = re.compile(r"1 channels \((\w+)\)")
"""ffmpeg's layout name of a track with one named channel, such as ``1 channels (FL)``."""
_SURROUND = ("FL", "FR", "FC", "LFE")
_GROUPS: dict[int, tuple[int, ...]] = {2: (2,), 4: (2, 2), 6: (6,), 8: (6, 2), 16: (6, 2, 6, 2)}
"""Channels of each programme, by number of mono tracks (EBU R 123: pairs, and 5.1 before its stereo version)."""
_LAYOUTS = {2: "stereo", 6: "5.1"}
_TOLERANCE_SECONDS = 0.1
"""Seconds by which the starts, and the durations, of one programme's tracks may differ."""


def programmes(tracks: Sequence[AudioStream], *, container: str) -> tuple[AudioStream, ...]:
    """Return the tracks, with the channels of one programme joined into one track.

    Tracks are joined where their layouts name different channels, or where an MXF, QuickTime or MP4 file holds only
    untitled mono PCM tracks. Joined tracks share codec, sample rate and language.

    :param container: ffprobe's name of the format.
    """
    groups = _labelled(tracks) or _discrete(tracks, container)
    if not groups:
        return tuple(tracks)
    together = []
    rest = list(tracks)
    for size in groups:
        together.append(_joined(rest[:size]))
        rest = rest[size:]
    return (*together, *rest)


def _labelled(tracks: Sequence[AudioStream]) -> tuple[int, ...]:
    labels = []
    for track in tracks:
        match = _LABEL.fullmatch(track.channel_layout)
        if match is None or match[1] in labels:
            break
        labels.append(match[1])
    if len(labels) >= 6 and tuple(labels[:4]) == _SURROUND:
        return (6,) if _alike(tracks[:6]) else ()
    return (2,) if labels[:2] == ["FL", "FR"] and _alike(tracks[:2]) else ()


def _discrete(tracks: Sequence[AudioStream], container: str) -> tuple[int, ...]:
    broadcast = container == "mxf" or "mov" in container.split(",")
    plain = all(track.channels == 1 and track.codec.startswith("pcm_") and not track.title for track in tracks)
    if not (broadcast and plain and _alike(tracks)):
        return ()
    return _GROUPS.get(len(tracks), ())


def _alike(tracks: Sequence[AudioStream]) -> bool:
    first, *others = tracks
    return all(
        (track.codec, track.sample_rate, track.language) == (first.codec, first.sample_rate, first.language)
        and abs(track.start - first.start) <= _TOLERANCE_SECONDS
        and abs(track.duration - first.duration) <= _TOLERANCE_SECONDS
        for track in others
    )


def _joined(tracks: Sequence[AudioStream]) -> AudioStream:
    first = tracks[0]
    return replace(
        first,
        channels=len(tracks),
        channel_layout=_LAYOUTS[len(tracks)],
        duration=min(track.duration for track in tracks),
        bit_rate=sum(track.bit_rate or 0 for track in tracks) or None,
        default=any(track.default for track in tracks),
        parts=tuple(track.index for track in tracks),
    )
