"""The command that puts files together end to end without encoding anything."""

from __future__ import annotations

from collections.abc import Sequence

from airflow_provider_media.core.plans import Command

LIST = "parts.txt"
"""Name, in the command's directory, of the file that lists the parts."""


def listing(parts: Sequence[str]) -> str:
    """What that file holds.

    :param parts: names in the command's directory; plain ones, for the file has marks of its own.
    """
    return "ffconcat version 1.0\n" + "".join(f"file {part}\n" for part in parts)


def join_command(output: str, *, sound: str | None, duration: float) -> Command:
    """Join the listed files, which hold one picture each, and lay a sound under them.

    :param output: name of the file to be made.
    :param sound: name of the file with the sound.
    :param duration: seconds of the whole, for progress.
    """
    arguments = [
        "-protocol_whitelist", "file",  # parts are files beside the list, and nothing in them may lead elsewhere
        "-f", "concat",  # the list's own demuxer; parts are opened as their content says
        "-i", f"file:{LIST}",
        *(("-protocol_whitelist", "file", "-i", f"file:{sound}") if sound else ()),
        "-map", "0:v:0",
        *(("-map", "1:a:0") if sound else ()),
        "-c", "copy",
        "-movflags", "+faststart",  # players can begin before they have the whole file
        f"file:{output}",
    ]  # fmt: skip
    return Command(arguments=tuple(arguments), duration=duration)
