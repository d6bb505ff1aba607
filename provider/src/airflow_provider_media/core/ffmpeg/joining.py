"""Command that joins files end to end, without encoding."""

from __future__ import annotations

from collections.abc import Sequence

from airflow_provider_media.core.plans import Command

LIST = "parts.txt"
"""Name of the list of parts in the command's directory."""


def listing(parts: Sequence[str]) -> str:
    """Return the text of the list of parts.

    :param parts: names in the command's directory; plain ones, because the list has special characters.
    """
    return "ffconcat version 1.0\n" + "".join(f"file {part}\n" for part in parts)


def join_command(output: str, *, sound: str | None, duration: float) -> Command:
    """Return the command that joins the listed files, which hold one video stream each, and adds audio.

    :param output: name of the file to write.
    :param sound: name of the audio file; None for no audio.
    :param duration: seconds of the result, for progress.
    """
    arguments = [
        "-protocol_whitelist", "file",  # parts are files beside the list, and nothing in them may lead elsewhere
        "-f", "concat",  # the demuxer of the list; each part's content decides its format
        "-i", f"file:{LIST}",
        *(("-protocol_whitelist", "file", "-i", f"file:{sound}") if sound else ()),
        "-map", "0:v:0",
        *(("-map", "1:a:0") if sound else ()),
        "-c", "copy",
        "-movflags", "+faststart",  # players can begin before they have the whole file
        f"file:{output}",
    ]  # fmt: skip
    return Command(arguments=tuple(arguments), duration=duration)
