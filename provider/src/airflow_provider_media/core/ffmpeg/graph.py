"""Filter graphs as values, and their compilation to ffmpeg's arguments: the only importer of ffmpeg-python.

A stream is an expression: where it is decoded, and which filters it went through. Two equal expressions are one stream, so whatever
several outputs have in common is decoded, deinterlaced, tone-mapped or scaled once, and the compiler splits it as often as it is used.
ffmpeg-python refuses a stream that is used twice, prints lists as Python lists and crashes on tuples; so splits are made here, and
every value is a string.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from airflow_provider_media.core.ffmpeg.loopback import LOOP, looped_back

Kind = Literal["video", "audio"]
Options = tuple[tuple[str, str], ...]


def options(**values: object) -> Options:
    """Options by name, in one order; those that are None are left out."""
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
    """Sound at one rate and layout of a stream in which they change: encoded as PCM, and decoded again within the same command.

    A filter graph is made anew when its sound changes, and then forgets where it was.
    """

    source: Decoded
    sample_rate: int
    """Hertz."""
    channel_layout: str
    kind: Kind = "audio"


@dataclass(frozen=True, slots=True)
class Filtered:
    """What a filter makes of one stream or more."""

    name: str
    parents: tuple[Stream, ...]
    options: Options
    kind: Kind


Stream = Decoded | Steady | Filtered


def apply(name: str, *parents: Stream, **values: object) -> Stream:
    """The stream that a filter makes; values that are None are left to the filter.

    :param name: the filter's name in ffmpeg.
    :param parents: the streams that go in, in the filter's own order.
    """
    return Filtered(name, parents, options(**values), parents[0].kind)


@dataclass(frozen=True, slots=True)
class Output:
    """One file, or numbered series of files, that ffmpeg writes."""

    file: str
    streams: tuple[Stream, ...]
    options: Options
    """Options before the file's name, without their leading ``-``."""


Lateness = Callable[[Input, frozenset[int]], float]
"""By how many seconds an input of which only these streams are used begins later than the whole."""


def compile_arguments(outputs: Sequence[Output], *, damaged: bool = False, late: Lateness = lambda *_: 0.0) -> tuple[str, ...]:
    """Arguments of the ffmpeg command that makes these outputs and decodes each input once.

    :param damaged: whether the source is known to be damaged, and what can be decoded of it is wanted all the same.
    :param late: where ffmpeg would begin at the first used stream, when that is.
    """
    import ffmpeg

    graph = _Graph(_uses(outputs), _offsets(outputs, late))
    nodes = [ffmpeg.output(*map(graph.mapped, output.streams), output.file, **dict(output.options)) for output in outputs]
    arguments = ffmpeg.get_args(ffmpeg.merge_outputs(*nodes) if len(nodes) > 1 else nodes[0])
    arguments = looped_back(arguments, {name: ffmpeg.get_args(graph.steadied(stream)) for stream, name in graph.loops.items()})
    # ffmpeg itself never judges a source (-xerror): lawful oddities would fail it, and damage fail it by chance of thread timing. The
    # damage report decides beforehand, and outputs are compared with it. Of a damaged source any share of errors is right.
    return ("-max_error_rate", "1") * damaged + tuple(arguments)


def _uses(outputs: Sequence[Output]) -> Counter[Stream]:
    """How often each stream is used by a filter, or by an output that takes a filter's result."""
    uses: Counter[Stream] = Counter(stream for output in outputs for stream in output.streams if isinstance(stream, Filtered))
    for node in _nodes(outputs):
        uses.update(node.parents)
    return uses


def used_streams(outputs: Sequence[Output]) -> dict[Input, set[int]]:
    """The indexes of the streams that outputs use, by input."""
    used: dict[Input, set[int]] = {}
    for stream in (*(s for output in outputs for s in output.streams), *(p for node in _nodes(outputs) for p in node.parents)):
        decoded = stream.source if isinstance(stream, Steady) else stream
        if isinstance(decoded, Decoded):
            used.setdefault(decoded.input, set()).add(decoded.index)
    return used


def _offsets(outputs: Sequence[Output], late: Lateness) -> dict[Input, Options]:
    behind = {file: late(file, frozenset(indexes)) for file, indexes in used_streams(outputs).items()}
    return {file: options(itsoffset=f"{seconds:.6f}") for file, seconds in behind.items() if seconds}


def _nodes(outputs: Iterable[Output]) -> set[Filtered]:
    found: set[Filtered] = set()
    waiting = [stream for output in outputs for stream in output.streams]
    while waiting:
        stream = waiting.pop()
        if isinstance(stream, Filtered) and stream not in found:
            found.add(stream)
            waiting.extend(stream.parents)
    return found


class _Graph:
    """ffmpeg-python's nodes of the streams: each made once, and split where it is used more often."""

    def __init__(self, uses: Counter[Stream], offsets: Mapping[Input, Options]) -> None:
        self.uses = uses
        self.offsets = offsets
        self.branches: dict[Stream, Iterator[Any]] = {}
        self.loops: dict[Steady, str] = {}
        """Names under which streams come back into the graph."""

    def mapped(self, stream: Stream) -> Any:
        """A stream on its way to an output; one that no filter has touched is mapped from its file, as often as need be."""
        return self._make(stream) if isinstance(stream, Decoded) else self.take(stream)

    def steadied(self, stream: Steady) -> Any:
        """The output that encodes a stream at one rate and layout, to be decoded again."""
        import ffmpeg

        # f32: what was decoded from AAC or Opus has that many bits.
        form = {"c:a": "pcm_f32le", "ar": str(stream.sample_rate), "channel_layout": stream.channel_layout, "f": "null"}
        return ffmpeg.output(self._make(stream.source), "-", **form)

    def take(self, stream: Stream) -> Any:
        """One branch of a stream."""
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
    """Whether any output needs the source's pictures decoded: copying them does not."""
    return any(node.kind == "video" for node in _nodes(outputs))
