"""Command that joins files end to end, without encoding."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate, chain, pairwise

from airflow_provider_media.core.media.slices import Join
from airflow_provider_media.core.plans import Command

LIST = "parts.txt"
"""Name of the list of parts in the command's directory."""


def listing(parts: Sequence[str]) -> str:
    """Return the text of the list of parts.

    :param parts: names in the command's directory; plain ones, because the list has special characters.
    """
    return "ffconcat version 1.0\n" + "".join(f"file {part}\n" for part in parts)


def exact_listing(join: Join) -> str:
    """Return the text of the list of a video's slices, with the length of each one.

    The demuxer counts in microseconds. The lengths are those between the rounded beginnings, so that no slice begins
    more than half a microsecond early or late, however many there are.
    """
    ends = accumulate(part.frames for part in join.slices)
    begins = [round(Fraction(frames * 1_000_000) / join.frame_rate) for frames in (0, *ends)]
    lengths = [later - earlier for earlier, later in pairwise(begins)]
    return "ffconcat version 1.0\n" + "".join(
        f"file {part.file}\nduration {length // 1_000_000}.{length % 1_000_000:06d}\n"
        for part, length in zip(join.slices, lengths, strict=True)
    )


def join_command(
    output: str,
    *,
    sound: str | None,
    duration: float,
    muxing: Sequence[tuple[str, str]] = (("movflags", "+faststart"),),
    tracks: str = "a:0",
) -> Command:
    """Return the command that joins the listed files, which hold one video stream each, and adds audio.

    :param output: name of the file to write.
    :param sound: name of the audio file; None for no audio.
    :param duration: seconds of the result, for progress.
    :param muxing: options of the result's container.
    :param tracks: ffmpeg's specifier of the tracks of the audio file.
    """
    arguments = [
        "-protocol_whitelist", "file",  # parts are files beside the list, and nothing in them may lead elsewhere
        "-f", "concat",  # the demuxer of the list; each part's content decides its format
        "-i", f"file:{LIST}",
        *(("-protocol_whitelist", "file", "-i", f"file:{sound}") if sound else ()),
        "-map", "0:v:0",
        *(("-map", f"1:{tracks}") if sound else ()),
        "-c", "copy",
        *chain.from_iterable((f"-{name}", value) for name, value in muxing),
        f"file:{output}",
    ]  # fmt: skip
    return Command(arguments=tuple(arguments), duration=duration)
