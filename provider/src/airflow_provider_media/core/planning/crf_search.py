"""Search for the constant rate factor whose video reaches a score, from few probes of a curve that falls."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from airflow_provider_media.core.outputs.video import VideoCodec

MOST_PROBES = 4
NEAR = 0.5
"""Points above the goal within which a probe is good enough."""
STEP: dict[VideoCodec, float] = {"h264": 0.25, "h265": 0.25, "av1": 1.0, "vp9": 1.0}
"""Distance of two constant rate factors: x264 and x265 take fractions, ffmpeg's SVT-AV1 and libvpx whole numbers."""
RANGE: dict[VideoCodec, tuple[int, int]] = {"h264": (10, 45), "h265": (10, 45), "av1": (10, 60), "vp9": (10, 60)}
"""Constant rate factors that are searched: below them bits are wasted, above them nobody likes to look."""
_SLOPE: dict[VideoCodec, float] = {"h264": 1.0, "h265": 1.0, "av1": 0.5, "vp9": 0.5}
"""Points per step of the constant rate factor about where most targets are; only the second probe depends on it."""
_FARTHEST: dict[VideoCodec, float] = {"h264": 10.0, "h265": 10.0, "av1": 16.0, "vp9": 16.0}
"""Largest distance of a probe from the nearest one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """Samples that were encoded at one constant rate factor."""

    crf: float
    score: float
    """Mean score of the samples, 0 to 100."""
    bitrate: float
    """Bits per second of the samples."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrfSearch:
    """What is searched for: the largest constant rate factor with at least the score of the goal."""

    codec: VideoCodec
    goal: float
    lowest: float
    """Constant rate factors outside of these limits are not tried."""
    highest: float
    start: float
    """Constant rate factor of the first probe."""

    def next_crf(self, probes: Sequence[Probe]) -> float | None:
        """Return the constant rate factor of the next probe; None where the search is over."""
        if not probes:
            return self._rounded(self.start)
        good, bad = self._nearest(probes)
        if len(probes) >= MOST_PROBES or (good and good.score <= self.goal + NEAR):
            return None
        step = STEP[self.codec]
        least = good.crf + step if good else self.lowest
        most = bad.crf - step if bad else self.highest
        if least > most:
            return None
        return min(max(self._rounded(self._estimate(probes)), least), most)

    def found(self, probes: Sequence[Probe]) -> Probe:
        """Return the result of a search: a probe, or what lies between two probes.

        A curve falls faster the larger the constant rate factor. So it lies above the line between two of its points.

        :param probes: one or more.
        """
        good, bad = self._nearest(probes)
        if good is None:
            best = max(probes, key=lambda probe: probe.score)
            # No probe has reached the goal: the next step would be the best guess.
            return best if best.crf <= self.lowest else _between(probes, self._lower(probes))
        if bad is None or good.score <= self.goal + NEAR:
            return good
        share = (good.score - self.goal) / (good.score - bad.score)
        crf = self._rounded(good.crf + share * (bad.crf - good.crf))
        return _between((good, bad), crf) if crf > good.crf else good

    def _nearest(self, probes: Sequence[Probe]) -> tuple[Probe | None, Probe | None]:
        """Return the probe with the largest factor that reaches the goal, and the one above it that does not."""
        good = max((probe for probe in probes if probe.score >= self.goal), key=lambda probe: probe.crf, default=None)
        others = [probe for probe in probes if probe.score < self.goal and (good is None or probe.crf > good.crf)]
        return good, min(others, key=lambda probe: probe.crf, default=None)

    def _estimate(self, probes: Sequence[Probe]) -> float:
        """Return where the curve is expected a little above the goal."""
        aim = self.goal + NEAR / 2
        near = sorted(probes, key=lambda probe: abs(probe.score - aim))[:3]
        farthest = _FARTHEST[self.codec]
        if len({probe.score for probe in near}) == 1:
            guess = near[0].crf + (near[0].score - aim) / _SLOPE[self.codec]
        else:
            guess = _inverse(near, aim)
        return min(max(guess, near[0].crf - farthest), near[0].crf + farthest)

    def _lower(self, probes: Sequence[Probe]) -> float:
        return max(self.lowest, self._rounded(min(self._estimate(probes), *(probe.crf for probe in probes))))

    def _rounded(self, crf: float) -> float:
        """Return the factor that the encoder takes at or below a wanted one, within the limits."""
        step = STEP[self.codec]
        return min(max(math.floor(crf / step + 1e-6) * step, self.lowest), self.highest)


def _inverse(probes: Sequence[Probe], score: float) -> float:
    """Return where the curve through two or three probes has a score; of equal scores, the first one counts."""
    points = {probe.score: probe.crf for probe in reversed(probes)}
    total = 0.0
    for own, crf in points.items():
        weight = math.prod((score - other) / (own - other) for other in points if other != own)
        total += crf * weight
    return total


def _between(probes: Sequence[Probe], crf: float) -> Probe:
    """Return what is expected at a factor, by the line through the two probes nearest to it; bits follow powers."""
    first, *rest = sorted(probes, key=lambda probe: abs(probe.crf - crf))[:2]
    if not rest or rest[0].crf == first.crf:
        return Probe(crf=crf, score=first.score, bitrate=first.bitrate)
    share = (crf - first.crf) / (rest[0].crf - first.crf)
    score = first.score + share * (rest[0].score - first.score)
    bitrate = first.bitrate * (rest[0].bitrate / first.bitrate) ** share
    return Probe(crf=crf, score=min(100.0, score), bitrate=bitrate)
