"""Checks the full decode of a source by the log of the encode that decodes it first."""

from __future__ import annotations

import re

from airflow_provider_media.core.plans import ExpectedDecode

VERBOSE = ("-loglevel", "level+verbose")
"""At the end ffmpeg prints how many packets of each input it has read, and how many frames it has decoded."""
_COUNTS = re.compile(r"Input stream #0:(\d+) \(video\): (\d+) packets read \(\d+ bytes\); (\d+) frames decoded; (\d+) decode errors")
_COMPLAINT = re.compile(r"\[(?:error|fatal)\]|corrupt|parameters changed|Changing video frame properties")
_VERBOSE_LINE = re.compile(r"\[(?:verbose|info)\]")


class DecodeCheck:
    """Reads the log of an encode, and compares what it tells of the source's video with what is expected.

    :param expected: what the packets of the source promise.
    """

    def __init__(self, expected: ExpectedDecode) -> None:
        self._expected = expected
        self._has_complaints = False
        self._has_counts = False

    def read(self, line: str) -> bool:
        """Take in one line, and return whether the line belongs into an error's text."""
        if match := _COUNTS.search(line):
            stream, packets, frames, errors = map(int, match.groups())
            wanted = (self._expected.stream, self._expected.frames, self._expected.frames, 0)
            self._has_counts |= (stream, packets, frames, errors) == wanted
        self._has_complaints |= _COMPLAINT.search(line) is not None
        return not _VERBOSE_LINE.search(line)

    @property
    def is_passed(self) -> bool:
        """Whether each packet gave one frame without any complaint; otherwise the source needs a full decode of its own."""
        return self._has_counts and not self._has_complaints
