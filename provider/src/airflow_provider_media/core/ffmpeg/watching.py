"""Follows what an encode says of its source, where that is decoded for the first time."""

from __future__ import annotations

import re

from airflow_provider_media.core.plans import Watch

VERBOSE = ("-loglevel", "level+verbose")
"""At the end ffmpeg tells what it has read and decoded of each input, then."""
_COUNTS = re.compile(r"Input stream #0:(\d+) \(video\): (\d+) packets read \(\d+ bytes\); (\d+) frames decoded; (\d+) decode errors")
_DOUBT = re.compile(r"\[(?:error|fatal)\]|corrupt|parameters changed|Changing video frame properties")
_CHATTER = re.compile(r"\[(?:verbose|info)\]")


class SourceWatch:
    """Reads the log of an encode, and knows whether the source's video came as it was foretold.

    :param watch: what was foretold.
    """

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._doubted = False
        self._counted = False

    def read(self, line: str) -> bool:
        """Take in one line, and answer whether it belongs into an error's text."""
        if match := _COUNTS.search(line):
            stream, packets, frames, errors = map(int, match.groups())
            self._counted |= (stream, packets, frames, errors) == (self._watch.stream, self._watch.frames, self._watch.frames, 0)
        self._doubted |= _DOUBT.search(line) is not None
        return not _CHATTER.search(line)

    @property
    def confirmed(self) -> bool:
        """Whether each packet gave one frame, and nobody complained; where not, the source has to be looked at by itself."""
        return self._counted and not self._doubted
