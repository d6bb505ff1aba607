"""Sound of outputs against that of the source: whatever differs is told in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from airflow_provider_media.core.ffmpeg.filters import GAP_SECONDS
from tests.judge import Judge
from tests.oracle import SAMPLE_RATE, Seen

WINDOW = 0.25
"""Seconds of sound that are compared at once."""
LAG = 0.025
"""Seconds by which sound may come early or late."""
AROUND = 0.3
"""Seconds before and after a break that are not compared."""
ALIKE = 0.9
"""Least correlation of a window."""
NOISE_ALIKE = 0.5
"""Likewise of damaged sound, which may be noise."""
SILENT = 0.01
LOUDNESS = 1.7
"""Decibels by which a channel may be louder or softer."""
SOUND_FRAME = 0.07
"""Seconds by which sound may be longer or shorter: its last frame is filled up, and one or two stand before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limits:
    """How far sound may be from the source's."""

    lag: float
    """Seconds."""
    alike: float
    mixed: bool
    """Whether more than two channels were mixed down, which integer codecs do more softly than others, lest they clip.
    """


def sound_complaints(judge: Judge, seen: Seen, *, padded: bool = False) -> Iterator[str]:
    """How an output sounds different.

    :param padded: whether silence may follow until the pictures end.
    """
    truth = judge.truth
    if not truth.has_sound:
        return
    if not seen.has_sound:
        yield "it has no sound"
        return
    ends = (truth.sound_end - truth.start, *((truth.end - truth.start, seen.picture_end) if padded else ()))
    if all(abs(seen.sound_end - wanted) > SOUND_FRAME for wanted in ends):
        yield f"its sound ends at {seen.sound_end:.3f} s, and that of the source at {ends[0]:.3f} s"
    length = truth.sound_end - truth.start
    right, found = _timeline(truth, truth.start, length), _timeline(seen, 0.0, length)
    mixed = judge.made.tracks[judge.made.main_track].channels > 2
    breaks = [time - truth.start for time in truth.breaks]
    breaks += [float(judge.made.frames // 2 / judge.made.rate)] if judge.made.is_joined else []
    # What lies before and after a break may be put right a little later than it happens.
    lag = LAG + (GAP_SECONDS if breaks else 0)
    limits = _Limits(lag=lag, alike=NOISE_ALIKE if judge.made.damage else ALIKE, mixed=mixed)
    wrong = []
    for begin in np.arange(0, length - WINDOW, WINDOW):
        if not any(time - WINDOW - AROUND < begin < time + AROUND for time in breaks):
            wrong += _window(right, found, float(begin), limits)
    if wrong:
        yield f"{wrong[0]} ({len(wrong)} windows are wrong)"


def _timeline(seen: Seen, start: float, seconds: float) -> NDArray[np.float32]:
    """Two channels from a moment on, silent where there is nothing."""
    line = np.zeros((2, round(seconds * SAMPLE_RATE) + 1), np.float32)
    skipped = round((start - seen.sound_start) * SAMPLE_RATE)
    piece = seen.sound[:, max(0, skipped) :]
    place = max(0, -skipped)
    piece = piece[:, : max(0, line.shape[1] - place)]
    line[:, place : place + piece.shape[1]] = piece
    return line


def _window(right: NDArray[np.float32], found: NDArray[np.float32], begin: float, limits: _Limits) -> Iterator[str]:
    first, count, margin = round(begin * SAMPLE_RATE), round(WINDOW * SAMPLE_RATE), round(2 * limits.lag * SAMPLE_RATE)
    wanted, heard = right[:, first : first + count], found[:, first : first + count]
    loudness, found_loudness = _rms(wanted), _rms(heard)
    if loudness.max() < SILENT:
        if found_loudness.max() > 5 * SILENT:
            yield f"at {begin:.2f} s there is sound, where the source is silent"
        return
    if _rms(wanted[:, : count // 8]).max() < SILENT or _rms(wanted[:, -count // 8 :]).max() < SILENT:
        return  # it begins or ends here, which codecs smear
    around = np.pad(found.sum(axis=0), margin)[first : first + count + 2 * margin]
    mixed = wanted.sum(axis=0)
    energies = np.convolve(around**2, np.ones(count), "valid")
    correlation = np.correlate(around, mixed, "valid") / np.sqrt(np.maximum(energies, 1e-9) * (mixed**2).sum())
    best = int(correlation.argmax())
    lag = (best - margin) / SAMPLE_RATE
    if correlation[best] < limits.alike or abs(lag) > limits.lag:
        yield f"at {begin:.2f} s the sound is {lag * 1000:.0f} ms late, and alike by {correlation[best]:.2f}"
    apart = 20 * np.log10(np.maximum(found_loudness, 1e-6) / np.maximum(loudness, 1e-6))
    apart = np.abs(apart - apart.mean() if limits.mixed else apart)
    if apart.max() > LOUDNESS:
        yield f"at {begin:.2f} s a channel is {apart.max():.1f} dB louder or softer"


def _rms(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.sqrt((samples**2).mean(axis=1))
