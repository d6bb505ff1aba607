"""What one job may make: limits far above what films of twelve hours need, checked before any work is done."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from airflow_provider_media.core.errors import OutputTooLarge
from airflow_provider_media.core.media.expectation import ExpectedVideo
from airflow_provider_media.core.planning.output_plan import OutputPlan
from airflow_provider_media.core.plans import LeftOut, Package
from airflow_provider_media.core.streaming.compare import ANIMATED

MOST_PICTURES = 100_000
"""Pictures of one output: more than two a second of a film of twelve hours. Plans, cues and pages name each of them."""
MOST_TRACKS = 200
"""Tracks of one package: Packager holds a file of each open, and a tool may open 256."""
MOST_FILES = 600_000
"""Files of one job: thirteen tracks of twelve hours in segments of one second. Records name each of them."""
MOST_ANIMATED_BYTES = 4 * 1024**3
"""All frames of an animated image before they are compressed: ffmpeg holds them in memory until it has chosen their colours."""


def within_limits(output_plan: OutputPlan) -> OutputPlan:
    """The plan of one output; an empty one that tells the reason where it is too large and optional.

    :raises OutputTooLarge: when it is too large and required.
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
    """Make sure that Packager can hold a file of each track open.

    :raises OutputTooLarge: where it cannot.
    """
    if count > MOST_TRACKS:
        message = f"{output} would have {count} tracks; at most {MOST_TRACKS} are allowed: give fewer renditions"
        raise OutputTooLarge(message, output=output, measured=count, allowed=MOST_TRACKS)


def refuse_too_many_files(plans: Sequence[OutputPlan]) -> None:
    """Make sure that a job's records stay of a size that can be read.

    :raises OutputTooLarge: naming the output with the most files.
    """
    counts = {output_plan.output: _files(output_plan) for output_plan in plans}
    total = sum(counts.values())
    if total > MOST_FILES:
        largest = max(counts, key=lambda name: counts[name])
        raise OutputTooLarge(
            f"the job would make {total} files, {counts[largest]} of them for output {largest}; at most {MOST_FILES} are allowed: make"
            " segments longer, pictures fewer, or two workflows of one",
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
        counts.append((frames, most, f"frames of {video.width}x{video.height}", "let it end earlier, or make it smaller or slower"))
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
