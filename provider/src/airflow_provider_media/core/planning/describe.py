"""Plans as text for people."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from airflow_provider_media.core.media.expectation import Expectation
from airflow_provider_media.core.plans import Artifact, Package, Plan, Track, Unit


def describe(plan: Plan, *, with_commands: bool = False) -> str:
    """Return the plan as text: every unit with its artifacts and its cost, and everything that is left out.

    Programs read ``serde.to_json(plan)`` instead.

    :param with_commands: whether to show each unit's command lines, too.
    """
    return "\n".join(_lines(plan, with_commands=with_commands))


def _lines(plan: Plan, *, with_commands: bool) -> Iterator[str]:
    yield from _source(plan)
    if plan.is_in_one_task:
        yield "one task does all of it"
    for number, unit in enumerate(plan.units, start=1):
        yield ""
        yield from _unit(number, unit, with_commands=with_commands)
    for package in plan.packages:
        yield ""
        yield from _package(package)
    if plan.documents:
        yield ""
        yield from (
            f"document {document.output}: {document.key} ({document.media_type})" for document in plan.documents
        )
    if plan.left_out:
        yield ""
        yield from (f"left out of {left.output}: {left.reason}" for left in plan.left_out)
    if plan.choices:
        yield ""
        yield from plan.choices
    if plan.notes:
        yield ""
        yield from (f"note on {note}" for note in plan.notes)


def _source(plan: Plan) -> Iterator[str]:
    yield f"source: {plan.media.duration:.3f} s, {len(plan.media.video)} video, {len(plan.media.audio)} audio"
    if video := plan.media.main_video:
        size = f"{video.display_width}x{video.display_height}"
        yield f"  picture: {video.codec} {size} at {video.frame_rate} frames per second, {video.dynamic_range}"


def _unit(number: int, unit: Unit, *, with_commands: bool) -> Iterator[str]:
    needed = "" if unit.required else ", optional"
    finished = ", finished before" if unit.is_finished else ""
    yield f"unit {number}: {unit.name} (cost {unit.cost:.2f}{needed}{finished})"
    if with_commands:
        for command in unit.commands:
            yield f"  {command.tool} {shlex.join(command.arguments)}"
            yield from (f"  or {other.tool} {shlex.join(other.arguments)}" for other in command.alternatives)
    yield from (f"  overlay {overlay.file}: {overlay.image or overlay.text!r}" for overlay in unit.overlays)
    yield from (f"  makes {_artifact(artifact)}" for artifact in unit.artifacts)


def _artifact(artifact: Artifact) -> str:
    count = f"{artifact.count} files {artifact.file}" if artifact.series else artifact.file
    target = f" -> {artifact.key}" if artifact.key else ""
    return f"{count} ({_expectation(artifact.expect)}, key {artifact.content_key[:12]}){target}"


def _expectation(expect: Expectation) -> str:
    video = [
        f"{stream.codec} {stream.width}x{stream.height}" + (f" at {stream.frame_rate}" if stream.frame_rate else "")
        for stream in expect.video
    ]
    audio = [f"{stream.codec} {stream.channels} channels" for stream in expect.audio]
    image = [f"{expect.image.format} {expect.image.width}x{expect.image.height}"] if expect.image else []
    data = [f"{expect.data.kind} data"] if expect.data else []
    return ", ".join([*video, *audio, *image, *data])


def _package(package: Package) -> Iterator[str]:
    protocols = " and ".join(protocol.upper() for protocol in package.protocols)
    yield f"package {package.output}: {protocols} in {package.prefix}, segments of {package.segment_duration} s"
    yield from map(_track, package.tracks)


def _track(track: Track) -> str:
    called = f', called "{track.label}"' if track.label else ""
    return f"  {track.name}: {track.kind} {track.file}, at most {track.bitrate} bits per second{called}"
