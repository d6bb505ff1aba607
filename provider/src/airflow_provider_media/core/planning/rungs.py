"""Rungs of a ladder: the renditions that a source of a given size gets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from airflow_provider_media.core.outputs import Rendition
from airflow_provider_media.core.planning.geometry import Size, rung_size

NEAR = 1.1
"""Least ratio to the next rung's short side that makes a rung of the source's own size worth its bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One rung that the source can have."""

    name: str
    size: Size
    rendition: Rendition


def rungs(source: Size, wanted: Sequence[Rendition]) -> tuple[Rung, ...]:
    """Return the rungs of a source, from the requested renditions.

    Renditions above the source's size are left out. A rung of the source's own size takes the place of the first one
    left out. That rung gets the bit rate of the smallest one left out, in proportion to the pixels. The rung of the
    source's own size is left out, too, where the next rung is about as large.
    """
    kept = [rung for rung in wanted if rung.short_side <= source.short_side]
    above = [rung for rung in wanted if rung.short_side > source.short_side]
    own = (
        [_own(source, above, kept)]
        if above and source.short_side >= NEAR * max((r.short_side for r in kept), default=0)
        else []
    )
    first = wanted.index(above[0]) if above else len(wanted)
    before = [rung for rung in wanted[:first] if rung in kept]
    ordered = [*before, *own, *(rung for rung in kept if rung not in before)]
    return tuple(Rung(name=_name(rung), size=rung_size(source, rung.short_side), rendition=rung) for rung in ordered)


def _own(source: Size, above: Sequence[Rendition], kept: Sequence[Rendition]) -> Rendition:
    nearest = min(above, key=lambda rung: rung.short_side)
    share = Fraction(source.short_side, nearest.short_side) ** 2
    floor = max((rung.max_bitrate for rung in kept), default=0)
    most = max(int(nearest.max_bitrate * share), floor, 100_000)
    average = None if nearest.bitrate is None else min(most, max(int(nearest.bitrate * share), 50_000))
    name = f"{source.short_side - source.short_side % 2}p"
    taken = {_name(rung) for rung in kept}
    return nearest.model_copy(
        update={
            "name": name if name not in taken else f"{name}-source",
            "short_side": source.short_side,
            "max_bitrate": most,
            "bitrate": average,
        }
    )


def _name(rung: Rendition) -> str:
    return rung.name or f"{rung.short_side}p"
