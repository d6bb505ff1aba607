"""Frame rate that all frames of a video keep to, for pages that step from frame to frame."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import pairwise

from airflow_provider_media.core.media.packets import StreamPackets, frame_rate
from airflow_provider_media.core.verification.measure import StreamFacts
from airflow_provider_media.core.verification.presentation_order import in_presentation_order


def exact_frame_rate(stream: StreamFacts, planned: Fraction | None = None) -> Fraction | None:
    """Return the frame rate of a video; ``None`` where its frames come at uneven times, or where it has one frame.

    :param planned: rate of the plan, which is tried first: the clock of a container may round frame times.
    """
    if stream.count < 2:
        return None
    times = [time for time, _ in in_presentation_order(stream, stream.pts)]
    intervals = Counter(later - earlier for earlier, later in pairwise(times))
    packets = StreamPackets(count=stream.count, first=times[0], last=times[-1], end=times[-1], intervals=intervals)
    measured = frame_rate(packets, stream.time_base, [planned] if planned else [])
    return measured.rate if measured.constant else None
