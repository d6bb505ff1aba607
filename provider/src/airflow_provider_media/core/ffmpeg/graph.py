"""Filter graphs as values, and their compilation to ffmpeg's arguments; no other module imports ffmpeg-python.

A stream is an expression: a decoded stream, and the filters that it went through. Two equal expressions are one stream.
So outputs share the work of decoding, deinterlacing, tone mapping and scaling, and the compiler splits a stream as
often as it is used. ffmpeg-python refuses a stream that is used twice, prints lists as Python lists and crashes on
tuples. So this module makes the splits, and every value is a string.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Literal

from airflow_provider_media.core.ffmpeg.hardware import device_options
from airflow_provider_media.core.ffmpeg.loopback import LOOP, looped_back
from airflow_provider_media.core.plans import HardwareEncode

Kind = Literal["video", "audio"]
Options = tuple[tuple[str, str], ...]


def options(**values: object) -> Options:
    """Return options sorted by name, without those that are None."""
    return tuple(sorted((name, str(value)) for name, value in values.items() if value is not None))


@dataclass(frozen=True, slots=True)
class Input:
    """One file that ffmpeg opens; equal inputs are opened once."""

    file: str
    options: Options = ()
    """Options before ``-i``, without their leading ``-``."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """One stream of an input."""

    input: Input
    index: int
    """The stream's index in its file."""
    kind: Kind


@dataclass(frozen=True, slots=True)
class Steady:
    """Audio at one sample rate and layout, from a stream in which they change.

    ffmpeg encodes this audio as PCM, and decodes it again within the same command. Without this step, ffmpeg would
    rebuild the filter graph at each change, and the new graph would forget its position.
    """

    source: Decoded
    sample_rate: int
    """Hertz."""
    channel_layout: str
    kind: Kind = "audio"


@dataclass(frozen=True, slots=True)
class Filtered:
    """Result of a filter over one stream or more."""

    name: str
    parents: tuple[Stream, ...]
    options: Options
    kind: Kind


Stream = Decoded | Steady | Filtered


def apply(name: str, *parents: Stream, **values: object) -> Stream:
    """Return the stream that a filter makes; an option that is None keeps the filter's default.

    :param name: the filter's name in ffmpeg.
    :param parents: the filter's input streams, in the filter's own order.
    """
    return Filtered(name, parents, options(**values), parents[0].kind)


@dataclass(frozen=True, slots=True)
class Output:
    """One file, or numbered series of files, that ffmpeg writes."""

    file: str
    streams: tuple[Stream, ...]
    options: Options
    """Options before the file's name, without their leading ``-``."""
    hardware: HardwareEncode | None = None
    """The hardware encoder of the video; None for software."""
    alternatives: tuple[Output, ...] = ()
    """The same file by hardware encoders, where the worker may choose."""


Lateness = Callable[[Input, frozenset[int]], float]
"""Seconds by which an input begins later when only these of its streams are used."""


def compile_arguments(
    outputs: Sequence[Output], *, damaged: bool = False, late: Lateness = lambda *_: 0.0
) -> tuple[str, ...]:
    """Return the arguments of the ffmpeg command that makes these outputs and decodes each input once.

    :param damaged: whether the source is known to be damaged, and its decodable parts are wanted all the same.
    :param late: how much later an input begins when ffmpeg counts from its first used stream.
    """
    import ffmpeg

    graph = _Graph(_uses(outputs), _offsets(outputs, late))
    nodes = [
        ffmpeg.output(*map(graph.mapped, output.streams), output.file, **dict(output.options)) for output in outputs
    ]
    arguments = ffmpeg.get_args(ffmpeg.merge_outputs(*nodes) if len(nodes) > 1 else nodes[0])
    arguments = looped_back(
        arguments, {name: ffmpeg.get_args(graph.steadied(stream)) for stream, name in graph.loops.items()}
    )
    # ffmpeg itself never judges a source (-xerror): lawful oddities would fail it, and damage would fail it or not by
    # thread timing. The damage report decides beforehand, and outputs are compared with it. A damaged source may have
    # any share of errors.
    devices = device_options(output.hardware.encoder for output in outputs if output.hardware)
    return devices + ("-max_error_rate", "1") * damaged + tuple(arguments)


def _uses(outputs: Sequence[Output]) -> Counter[Stream]:
    """Count how often filters, and outputs of a filter's result, use each stream."""
    uses: Counter[Stream] = Counter(stream for stream in _streams(outputs) if isinstance(stream, Filtered))
    for node in _nodes(outputs):
        uses.update(node.parents)
    return uses


def used_streams(outputs: Sequence[Output]) -> dict[Input, set[int]]:
    """Return the indexes of the streams that outputs use, by input."""
    used: dict[Input, set[int]] = {}
    for stream in (*_streams(outputs), *chain.from_iterable(node.parents for node in _nodes(outputs))):
        decoded = stream.source if isinstance(stream, Steady) else stream
        if isinstance(decoded, Decoded):
            used.setdefault(decoded.input, set()).add(decoded.index)
    return used


def _offsets(outputs: Sequence[Output], late: Lateness) -> dict[Input, Options]:
    behind = {file: late(file, frozenset(indexes)) for file, indexes in used_streams(outputs).items()}
    return {file: options(itsoffset=f"{seconds:.6f}") for file, seconds in behind.items() if seconds}


def _streams(outputs: Iterable[Output]) -> Iterator[Stream]:
    return chain.from_iterable(output.streams for output in outputs)


def _nodes(outputs: Iterable[Output]) -> set[Filtered]:
    found: set[Filtered] = set()
    waiting = list(_streams(outputs))
    while waiting:
        stream = waiting.pop()
        if isinstance(stream, Filtered) and stream not in found:
            found.add(stream)
            waiting.extend(stream.parents)
    return found


class _Graph:
    """ffmpeg-python's nodes of the streams, each made once and split where it is used more often."""

    def __init__(self, uses: Counter[Stream], offsets: Mapping[Input, Options]) -> None:
        self.uses = uses
        self.offsets = offsets
        self.branches: dict[Stream, Iterator[Any]] = {}
        self.loops: dict[Steady, str] = {}
        """Names under which streams return to the graph."""

    def mapped(self, stream: Stream) -> Any:
        """Return a stream for an output; an unfiltered stream is mapped from its file, as often as needed."""
        return self._make(stream) if isinstance(stream, Decoded) else self.take(stream)

    def steadied(self, stream: Steady) -> Any:
        """Return the output that encodes a stream at one rate and layout, for a loopback decoder."""
        import ffmpeg

        # f32: audio decoded from AAC or Opus has that many bits.
        form = {"c:a": "pcm_f32le", "ar": str(stream.sample_rate), "channel_layout": stream.channel_layout, "f": "null"}
        return ffmpeg.output(self._make(stream.source), "-", **form)

    def take(self, stream: Stream) -> Any:
        """Return the next branch of a stream."""
        if stream not in self.branches:
            self.branches[stream] = self._split(stream)
        return next(self.branches[stream])

    def _split(self, stream: Stream) -> Iterator[Any]:
        made, count = self._make(stream), self.uses[stream]
        if count == 1:
            return iter([made])
        split = made.filter_multi_output("split" if stream.kind == "video" else "asplit")
        return (split.stream(number) for number in range(count))

    def _make(self, stream: Stream) -> Any:
        import ffmpeg

        if isinstance(stream, Steady):
            return ffmpeg.input(self.loops.setdefault(stream, f"{LOOP}{len(self.loops)}"))["0"]
        if isinstance(stream, Decoded):
            settings = dict(stream.input.options + self.offsets.get(stream.input, ()))
            return ffmpeg.input(stream.input.file, **settings)[str(stream.index)]
        return ffmpeg.filter([self.take(parent) for parent in stream.parents], stream.name, **dict(stream.options))


def decodes_video(outputs: Sequence[Output]) -> bool:
    """Return whether any output needs the source's video decoded; a stream copy does not."""
    return any(node.kind == "video" for node in _nodes(outputs))
