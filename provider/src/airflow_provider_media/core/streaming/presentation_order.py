"""Packets in the order in which they are shown, a group of pictures at a time: a film of twelve hours has millions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from airflow_provider_media.core.streaming.measure import StreamFacts


def in_presentation_order(stream: StreamFacts, values: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Presentation times in ticks, rising, each with the value of its packet.

    What follows a keyframe in the file is shown after all that stands before it, in open groups of pictures, too; only in a damaged
    stream it may be otherwise, and all of it is sorted.

    :param values: one for each packet, in file order.
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
    """Where each group of pictures begins and ends; packets before the first keyframe are a group, too."""
    begin = 0
    for index, key in enumerate(stream.keyframes):
        if key and index > begin:
            yield begin, index
            begin = index
    if stream.count > begin:
        yield begin, stream.count
