"""Check of a source's full decode by the log of the encode that decodes the source first."""

from __future__ import annotations

import re

from airflow_provider_media.core.plans import ExpectedDecode

VERBOSE = ("-loglevel", "level+verbose")
"""Log level at which ffmpeg finally prints, for each input, the packets that it read and the frames that it decoded."""
_COUNTS = re.compile(
    r"Input stream #0:(\d+) \(video\): (\d+) packets read \(\d+ bytes\); (\d+) frames decoded; (\d+) decode errors"
)
_COMPLAINT = re.compile(r"\[(?:error|fatal)\]|corrupt|parameters changed|Changing video frame properties")
_VERBOSE_LINE = re.compile(r"\[(?:verbose|info)\]")


class DecodeCheck:
    """Reader of an encode's log, which compares the decode of the source's video with the expected one.

    :param expected: the decode that the source's packets promise.
    """

    def __init__(self, expected: ExpectedDecode) -> None:
        self._expected = expected
        self._has_complaints = False
        self._has_counts = False

    def read(self, line: str) -> bool:
        """Read one line, and return whether an error's text keeps the line."""
        if match := _COUNTS.search(line):
            stream, packets, frames, errors = map(int, match.groups())
            wanted = (self._expected.stream, self._expected.frames, self._expected.frames, 0)
            self._has_counts |= (stream, packets, frames, errors) == wanted
        self._has_complaints |= _COMPLAINT.search(line) is not None
        return not _VERBOSE_LINE.search(line)

    @property
    def is_passed(self) -> bool:
        """Whether each packet gave one frame without complaint; otherwise the source needs a separate full decode."""
        return self._has_counts and not self._has_complaints
