"""Packets in presentation order, one group of pictures at a time: a film of twelve hours has millions of packets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from airflow_provider_media.core.verification.measure import StreamFacts


def in_presentation_order(stream: StreamFacts, values: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield presentation times in ticks, rising, each with the value of its packet.

    The packets after a keyframe in the file are shown after all packets before it, in open groups of pictures, too.
    Only a damaged stream may differ, and all of its packets are sorted together.

    :param values: one value for each packet, in file order.
    """
    if all(earlier <= later for earlier, later in pairwise(stream.pts)):
        yield from zip(stream.pts, values, strict=True)
    elif _is_grouped(stream):
        for begin, end in _groups(stream):
            yield from sorted(zip(stream.pts[begin:end], values[begin:end], strict=True))
    else:
        yield from sorted(zip(stream.pts, values, strict=True))


def _is_grouped(stream: StreamFacts) -> bool:
    spans = ((min(stream.pts[begin:end]), max(stream.pts[begin:end])) for begin, end in _groups(stream))
    return all(earlier[1] <= later[0] for earlier, later in pairwise(spans))


def _groups(stream: StreamFacts) -> Iterator[tuple[int, int]]:
    """Yield where each group of pictures begins and ends. Packets before the first keyframe are a group, too."""
    begin = 0
    for index, key in enumerate(stream.keyframes):
        if key and index > begin:
            yield begin, index
            begin = index
    if stream.count > begin:
        yield begin, stream.count
