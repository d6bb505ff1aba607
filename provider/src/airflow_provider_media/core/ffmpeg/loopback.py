"""Loopback decoders, which ffmpeg-python does not know: one output's encode returns as an input of the filter graph.

Source: https://ffmpeg.org/ffmpeg.html, option ``-dec``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import chain

LOOP = "loopback:"
"""Prefix of the names of inputs that stand for loopback decoders while ffmpeg-python compiles."""
_INPUT_STREAM = re.compile(r"\[(\d+):(\d+)\]|^(\d+):(\d+)$")


def looped_back(arguments: Sequence[str], loops: Mapping[str, Sequence[str]]) -> list[str]:
    """Replace the inputs that stand for loopback decoders by such decoders.

    :param arguments: arguments of ffmpeg, inputs first.
    :param loops: by name of the input, the arguments of a command that encodes the stream from one input to one output.
    """
    if not loops:
        return list(arguments)
    inputs, outputs = _inputs(arguments)
    encoders = [_inputs(command) for command in loops.values()]
    kept = [group for group in inputs if group[-1] not in loops]
    kept += [group for (group,), _ in encoders if group not in kept]
    decoders = {name: f"[dec:{number}]" for number, name in enumerate(loops)}

    def renumbered(argument: str, groups: Sequence[tuple[str, ...]]) -> str:
        def stream(match: re.Match[str]) -> str:
            group = groups[int(match[1] or match[3])]
            if group[-1] in decoders:
                return decoders[group[-1]]
            place = f"{kept.index(group)}:{match[2] or match[4]}"
            return f"[{place}]" if match[1] else place

        return _INPUT_STREAM.sub(stream, argument)

    encoded: list[str] = []
    for groups, rest in encoders:
        encoded += [renumbered(argument, groups) for argument in rest]
    # Outputs for loopback decoders come first, because ``-dec`` names its output by number.
    looped = chain.from_iterable(("-dec", f"{number}:0") for number in range(len(loops)))
    opened = chain.from_iterable(kept)
    return [*opened, *encoded, *looped, *(renumbered(argument, inputs) for argument in outputs)]


def _inputs(arguments: Sequence[str]) -> tuple[list[tuple[str, ...]], list[str]]:
    """Return the arguments of each input, and all arguments that follow."""
    groups: list[tuple[str, ...]] = []
    begin = 0
    for number, argument in enumerate(arguments):
        if argument == "-i":
            groups.append(tuple(arguments[begin : number + 2]))
            begin = number + 2
    return groups, list(arguments[begin:])
