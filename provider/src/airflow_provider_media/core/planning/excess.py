"""Limits on what one job may make, far above the needs of films of twelve hours. They are checked before any work."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from airflow_provider_media.core.media.expectation import ExpectedVideo
from airflow_provider_media.core.planning.errors import OutputTooLarge
from airflow_provider_media.core.planning.output_plan import OutputPlan
from airflow_provider_media.core.plans import LeftOut, Package
from airflow_provider_media.core.verification.compare import ANIMATED

MOST_PICTURES = 100_000
"""Limit on pictures of one output: more than two per second of a film of twelve hours.

Plans, cues and pages name each picture."""
MOST_TRACKS = 200
"""Limit on tracks of one package. Packager holds a file of each track open, and a tool may open 256 files."""
MOST_FILES = 600_000
"""Limit on files of one job: thirteen tracks of twelve hours in segments of one second. Records name each file."""
MOST_ANIMATED_BYTES = 4 * 1024**3
"""Limit on all frames of an animated image before compression.

ffmpeg holds the frames in memory until it has chosen their colours."""


def within_limits(output_plan: OutputPlan) -> OutputPlan:
    """Return the plan of one output. An optional output that is too large gets an empty plan with the reason.

    :raises OutputTooLarge: when the output is too large and required.
    """
    excess = _excess(output_plan)
    if excess is None:
        return output_plan
    if output_plan.required:
        raise excess
    return OutputPlan(
        output=output_plan.output,
        required=False,
        left_out=(*output_plan.left_out, LeftOut(output=output_plan.output, reason=excess.message)),
    )


def refuse_too_many_tracks(output: str, count: int) -> None:
    """Check that Packager can hold a file of each track open.

    :raises OutputTooLarge: when there are too many tracks.
    """
    if count > MOST_TRACKS:
        message = f"{output} would have {count} tracks; at most {MOST_TRACKS} are allowed: give fewer renditions"
        raise OutputTooLarge(message, output=output, measured=count, allowed=MOST_TRACKS)


def refuse_too_many_files(plans: Sequence[OutputPlan]) -> None:
    """Check that a job's records stay small enough to read.

    :raises OutputTooLarge: when the job would make too many files. The error names the output with the most files.
    """
    counts = {output_plan.output: _files(output_plan) for output_plan in plans}
    total = sum(counts.values())
    if total > MOST_FILES:
        largest = max(counts, key=lambda name: counts[name])
        raise OutputTooLarge(
            f"the job would make {total} files, {counts[largest]} of them for output {largest}; at most {MOST_FILES}"
            " are allowed: make segments longer, pictures fewer, or two workflows of one",
            output=largest,
            measured=total,
            allowed=MOST_FILES,
        )


def _excess(output_plan: OutputPlan) -> OutputTooLarge | None:
    package = output_plan.package
    counts = [
        (
            sum(len(planned.artifact.times) for planned in output_plan.artifacts),
            MOST_PICTURES,
            "pictures",
            "make the distance (every) larger",
        )
    ]
    for video in _animations(output_plan):
        most = MOST_ANIMATED_BYTES // (4 * video.width * video.height)
        frames = round(video.duration * (video.frame_rate or 0))
        counts.append(
            (
                frames,
                most,
                f"frames of {video.width}x{video.height}",
                "let it end earlier, or make it smaller or slower",
            )
        )
    if package:
        counts.append((len(package.tracks), MOST_TRACKS, "tracks", "give fewer renditions or settings of audio"))
        counts.append((_segments(package), MOST_FILES, "segments", "raise segment_seconds, or give fewer renditions"))
    return next((_too_large(output_plan.output, *each) for each in counts if each[0] > each[1]), None)


def _too_large(output: str, count: int, most: int, what: str, advice: str) -> OutputTooLarge:
    message = f"output {output} would have {count} {what} of this source; at most {most} are allowed: {advice}"
    return OutputTooLarge(message, output=output, measured=count, allowed=most)


def _animations(output_plan: OutputPlan) -> Iterator[ExpectedVideo]:
    for planned in output_plan.artifacts:
        yield from (video for video in planned.artifact.expect.video if video.codec in ANIMATED)


def _files(output_plan: OutputPlan) -> int:
    made = sum(planned.artifact.count for planned in output_plan.artifacts) + len(output_plan.documents)
    return made + (_segments(output_plan.package) if output_plan.package else 0)


def _segments(package: Package) -> int:
    return len(package.tracks) * math.ceil(package.duration / package.segment_duration)
