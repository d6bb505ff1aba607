"""VMAF of a rendition by libvmaf: the filter, and its log.

The models and their viewing conditions: https://github.com/Netflix/vmaf/blob/master/resource/doc/models.md. Options:
https://ffmpeg.org/ffmpeg-filters.html#libvmaf.
"""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from airflow_provider_media.core.ffmpeg.errors import ProcessingError
from airflow_provider_media.core.ffmpeg.graph import Filtered, Options, Stream, apply, options

HD, UHD = "vmaf_v0.6.1", "vmaf_4k_v0.6.1"
"""Models: a 1080-line screen at three times its height, and a 2160-line screen at one and a half times its height."""
_HD_LINES = 1080
_THREADS = 2
"""Threads of libvmaf; a fixed number, because content keys must not depend on a worker."""


def model_of(short_side: int) -> str:
    """Return the model for pictures whose short side has so many pixels."""
    return UHD if short_side > _HD_LINES else HD


def scored(rendition: Stream, reference: Stream, *, model: str, log: str) -> Stream:
    """Score each frame of a rendition against the nearest frame of its reference, and write the scores to a log.

    :param rendition: frames of the same size and pixel format as the reference's.
    """
    return apply(
        "libvmaf",
        rendition,
        reference,
        model=f"version={model}",
        n_threads=_THREADS,
        log_fmt="json",
        log_path=log,
        ts_sync_mode="nearest",  # containers round times, by default to the frame before
    )


def comparing_options(times: str) -> Options:
    """Return the options of an output that writes nothing but the number and the time of each compared frame.

    :param times: name of the file for the times.
    """
    # passthrough: no frame is repeated or dropped, so that times and scores are of the same frames
    return options(f="null", fps_mode="passthrough", **{"stats_enc_pre:v": times, "stats_enc_pre_fmt:v": "{n} {t}"})


def sampled(picture: Stream, *, every: Fraction, seconds: Fraction, rate: Fraction) -> Stream:
    """Keep the first seconds of each interval; the first interval begins with the first frame.

    :param every: seconds from the beginning of one interval to the next.
    :param rate: frames per second.
    """
    # Half a frame later: where a container rounds times, a frame at the edge still falls into its own interval.
    moment = f"t-start_t+{float(1 / rate / 2):.6f}"
    return apply("select", picture, expr=f"lt(mod({moment},{float(every):.6f}),{float(seconds):.6f})")


def from_zero(picture: Stream) -> Stream:
    """Let a video begin at 0: some containers begin it later, because sound begins earlier."""
    return apply("setpts", picture, expr="PTS-STARTPTS")


def frame_scores(log: Path, times: Path) -> tuple[tuple[float, float], ...]:
    """Return the time in seconds and the score, 0 to 100, of each compared frame.

    :raises ProcessingError: when a time or a score is missing.
    """
    scores = [float(frame["metrics"]["vmaf"]) for frame in json.loads(log.read_text()).get("frames", ())]
    seconds = [float(line.split()[1]) for line in times.read_text().splitlines()]
    if not scores or len(scores) != len(seconds) or not all(map(math.isfinite, scores)):
        raise ProcessingError(f"libvmaf gave {len(scores)} scores for {len(seconds)} frames")
    return tuple((round(time, 3), round(score, 2)) for time, score in zip(seconds, scores, strict=True))


def thinned(scored: Filtered, every: int) -> Filtered:
    """Return a comparison that scores only every so many frames; its log is read by ``mean_score``."""
    return replace(scored, options=options(**{**dict(scored.options), "n_subsample": every}))


def mean_score(log: Path) -> float:
    """Return the mean of the scored frames, 0 to 100.

    :raises ProcessingError: when the log has no mean.
    """
    try:
        mean = float(json.loads(log.read_text())["pooled_metrics"]["vmaf"]["mean"])
    except (KeyError, ValueError) as error:
        raise ProcessingError("libvmaf gave no score") from error
    if not math.isfinite(mean):
        raise ProcessingError("libvmaf gave no score")
    return mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """Scores of many frames, pooled; each from 0 to 100."""

    mean: float
    harmonic_mean: float
    """Mean that weighs bad frames more (https://netflixtechblog.com/vmaf-the-journey-continues-44b51ee9ed12)."""
    first_percentile: float
    """Score below which one frame in a hundred lies."""
    minimum: float


def pooled(scores: Sequence[float]) -> Pooled:
    """Pool the scores of frames.

    :param scores: one or more.
    """
    ordered = sorted(scores)
    # As libvmaf does: 1 more, because a score may be 0.
    harmonic = statistics.harmonic_mean([score + 1 for score in ordered]) - 1
    return Pooled(
        mean=round(statistics.fmean(ordered), 2),
        harmonic_mean=round(harmonic, 2),
        first_percentile=ordered[(len(ordered) - 1) // 100],
        minimum=ordered[0],
    )
