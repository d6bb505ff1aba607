"""Search for the constant rate factor whose video reaches a score, from few probes of a curve that falls."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from airflow_provider_media.core.outputs.video import VideoCodec

MOST_PROBES = 5
NEAR = 0.5
"""Points above the goal within which a probe is good enough."""
STEP: dict[VideoCodec, float] = {"h264": 0.25, "h265": 0.25, "av1": 1.0, "vp9": 1.0}
"""Distance of two constant rate factors: x264 and x265 take fractions, ffmpeg's SVT-AV1 and libvpx whole numbers."""
RANGE: dict[VideoCodec, tuple[int, int]] = {"h264": (10, 45), "h265": (10, 45), "av1": (10, 60), "vp9": (10, 60)}
"""Constant rate factors that are searched: below them bits are wasted, above them nobody likes to look."""
_SLOPE: dict[VideoCodec, float] = {"h264": 1.0, "h265": 1.0, "av1": 0.5, "vp9": 0.5}
"""Points per step of the constant rate factor about where most targets are; only the second probe depends on it."""
_FARTHEST: dict[VideoCodec, float] = {"h264": 10.0, "h265": 10.0, "av1": 16.0, "vp9": 16.0}
"""Largest distance of the second probe from the first."""


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
        """Return the result of a search: a probe, or what is expected between probes.

        :param probes: one or more.
        """
        good, bad = self._nearest(probes)
        if good is None:
            # No probe has reached the goal: the next step would be the best guess.
            lowest = min(probes, key=lambda probe: probe.crf)
            guess = self._rounded(min(self._estimate(probes), lowest.crf))
            return _expected(guess, probes) if guess < lowest.crf else lowest
        if bad is None or good.score <= self.goal + NEAR:
            return good
        step = STEP[self.codec]
        between = [_expected(bad.crf - n * step, probes) for n in range(1, round((bad.crf - good.crf) / step))]
        return next((each for each in between if each.score >= self.goal), good)

    def _nearest(self, probes: Sequence[Probe]) -> tuple[Probe | None, Probe | None]:
        """Return the probe with the largest factor that reaches the goal, and the one above it that does not."""
        good = max((probe for probe in probes if probe.score >= self.goal), key=lambda probe: probe.crf, default=None)
        others = [probe for probe in probes if probe.score < self.goal and (good is None or probe.crf > good.crf)]
        return good, min(others, key=lambda probe: probe.crf, default=None)

    def _estimate(self, probes: Sequence[Probe]) -> float:
        """Return where the curve is expected a little above the goal."""
        aim = self.goal + NEAR / 2
        near = _near(probes, aim)
        if len(near) == 1:
            distance = (near[0].score - aim) / _SLOPE[self.codec]
            farthest = _FARTHEST[self.codec]
            return near[0].crf + min(max(distance, -farthest), farthest)
        is_within = min(probe.score for probe in near) < aim < max(probe.score for probe in near)
        # Beyond all probes, a line is safer than a curve.
        return _curve([(probe.score, probe.crf) for probe in near[: 3 if is_within else 2]], aim)

    def _rounded(self, crf: float) -> float:
        """Return the factor that the encoder takes at or below a wanted one, within the limits."""
        step = STEP[self.codec]
        return min(max(math.floor(crf / step + 1e-6) * step, self.lowest), self.highest)


def _near(probes: Sequence[Probe], score: float) -> list[Probe]:
    """Return up to three probes with the nearest scores; of equal scores, the first one."""
    different = {probe.score: probe for probe in reversed(probes)}.values()
    return sorted(different, key=lambda probe: abs(probe.score - score))[:3]


def _curve(points: Sequence[tuple[float, float]], place: float) -> float:
    """Return the value at a place of the curve through points (Lagrange's polynomial)."""
    total = 0.0
    for own, value in points:
        total += value * math.prod((place - other) / (own - other) for other, _ in points if other != own)
    return total


def _expected(crf: float, probes: Sequence[Probe]) -> Probe:
    """Return what is expected at a factor between or beside probes; bits follow powers."""
    near = sorted(probes, key=lambda probe: abs(probe.crf - crf))[:3]
    below = max((probe for probe in probes if probe.crf <= crf), key=lambda probe: probe.crf, default=None)
    above = min((probe for probe in probes if probe.crf > crf), key=lambda probe: probe.crf, default=None)
    score = _curve([(probe.crf, probe.score) for probe in near], crf)
    if below and above:
        near = [below, above]
        score = min(max(score, above.score), below.score)
    bits = _curve([(probe.crf, math.log(probe.bitrate)) for probe in near[:2]], crf)
    return Probe(crf=crf, score=min(100.0, score), bitrate=math.exp(bits))
