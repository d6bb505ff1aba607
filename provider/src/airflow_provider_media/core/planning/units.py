"""Units: planned artifacts with content keys, grouped by pass over the source, split where they are too much work."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain

from airflow_provider_media.core.ffmpeg.encoders import SIDE_BY_SIDE, side_by_side
from airflow_provider_media.core.ffmpeg.graph import (
    Decoded,
    Input,
    Kind,
    Output,
    compile_arguments,
    decodes_video,
    options,
    used_streams,
)
from airflow_provider_media.core.ffmpeg.sandbox import SOURCE
from airflow_provider_media.core.media.info import MediaInfo
from airflow_provider_media.core.media.slices import SourceSpan
from airflow_provider_media.core.media.uri import redact
from airflow_provider_media.core.planning import cost
from airflow_provider_media.core.planning.encoder_choice import alternatives
from airflow_provider_media.core.planning.names import SourceIdentity
from airflow_provider_media.core.planning.output_plan import PlannedArtifact, PlannedMeasurement
from airflow_provider_media.core.planning.source_reader import lateness
from airflow_provider_media.core.planning.watermarks import overlay_facts
from airflow_provider_media.core.plans import Command, Measurement, Overlay, Unit
from airflow_provider_media.core.serde import digest, to_json

MOST_INPUTS = 32
"""Limit on inputs of one command: each input costs a demuxer, a decoder and open files."""
MOST_OUTPUTS = 100
"""Limit on outputs of one command.

Each output costs an open file and two threads, and a tool may open 256 files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitBuilder:
    """Builder of units, with the facts that all units of a job share."""

    media: MediaInfo
    source: SourceIdentity
    tools: str
    """Tool versions."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Versions of watermarks' images and fonts, by URI."""
    late: Callable[[MediaInfo, Input, frozenset[int]], float] = lateness
    """Seconds by which an input of the source has to be moved, so that its times are those of the plan."""

    def keyed(self, planned: PlannedArtifact) -> PlannedArtifact:
        """Return an artifact with its content key, which does not depend on the artifacts beside it."""
        firsts = (planned.first_pass,) if planned.first_pass else ()
        commands = [self._arguments(batch) for batch in (firsts, planned.alone or planned.outputs) if batch]
        post_processing = [to_json(planned.post_processing)] if planned.post_processing else []
        facts = self._facts(commands, planned.overlays)
        if others := [self._arguments(batch) for batch in alternatives(planned.alone or planned.outputs)]:
            # What a worker may choose is another work than software alone, and one work whatever the worker chooses.
            facts["alternatives"] = [["ffmpeg", *arguments] for arguments in others]
        key = digest(facts | ({"post_processing": post_processing} if post_processing else {}))
        return replace(planned, artifact=replace(planned.artifact, content_key=key))

    def _facts(self, commands: Sequence[Sequence[str]], overlays: Sequence[Overlay]) -> dict[str, object]:
        """Return the facts on which the result of ffmpeg commands depends.

        :param commands: arguments of each command.
        """
        return {
            # Without its signature: the same object under another signed URL is the same source.
            "source": {"uri": redact(self.source.uri), "version": self.source.version},
            "commands": [["ffmpeg", *arguments] for arguments in commands],
            "overlays": overlay_facts(overlays, self.versions),
            "tools": self.tools,
        }

    def unit(self, artifacts: Sequence[PlannedArtifact], *, required: bool, is_finished: bool = False) -> Unit:
        """Return one unit that makes all artifacts with one decode."""
        # Artifacts of one output may share what ffmpeg writes: equal outputs are written once.
        outputs = list(dict.fromkeys(chain.from_iterable(planned.outputs for planned in artifacts)))
        firsts = [planned.first_pass for planned in artifacts if planned.first_pass]
        seconds = max(planned.seconds for planned in artifacts)
        commands = tuple(
            replace(self._command(batch, seconds), alternatives=self._alternatives(batch, seconds))
            for batch in (firsts, outputs)
            if batch
        )
        decoding = self._decoding(outputs, seconds) * len(commands)
        measuring = sum(planned.measurement.cost for planned in artifacts if planned.measurement)
        making = 0.0 if is_finished else decoding + sum(planned.cost for planned in artifacts)
        return Unit(
            name=_name(artifacts),
            commands=commands,
            artifacts=tuple(planned.artifact for planned in artifacts),
            overlays=tuple(dict.fromkeys(chain.from_iterable(planned.overlays for planned in artifacts))),
            post_processing=tuple(planned.post_processing for planned in artifacts if planned.post_processing),
            cost=round(making + measuring, 3),
            required=required,
            span=_span([planned.span for planned in artifacts]),
            is_finished=is_finished,
            measurements=self.measurements(artifacts),
        )

    def measurements(self, artifacts: Sequence[PlannedArtifact]) -> tuple[Measurement, ...]:
        """Return the measurements of quality of artifacts with content keys."""
        return tuple(self._measurement(planned, planned.measurement) for planned in artifacts if planned.measurement)

    def _measurement(self, planned: PlannedArtifact, measurement: PlannedMeasurement) -> Measurement:
        artifact = planned.artifact
        command = Command(arguments=self._arguments([measurement.output]), duration=measurement.seconds)
        compared = self._facts([command.arguments], measurement.overlays)
        return Measurement(
            output=artifact.output,
            rendition=planned.label,
            artifact=artifact.content_key,
            file=artifact.file,
            key=digest({"artifact": artifact.content_key, **compared}),
            command=command,
            overlays=measurement.overlays,
            comparison=measurement.comparison,
        )

    def _command(self, outputs: Sequence[Output], seconds: float) -> Command:
        hardware = tuple(output.hardware for output in outputs if output.hardware)
        return Command(arguments=self._arguments(outputs), duration=seconds, hardware=hardware)

    def _alternatives(self, outputs: Sequence[Output], seconds: float) -> tuple[Command, ...]:
        return tuple(self._command(others, seconds) for others in alternatives(outputs))

    def _arguments(self, outputs: Sequence[Output]) -> tuple[str, ...]:
        shared = sharing_cores(self._with_all_streams(outputs))
        return compile_arguments(shared, damaged=self.media.is_damaged, late=partial(self.late, self.media))

    def _with_all_streams(self, outputs: Sequence[Output]) -> Sequence[Output]:
        """Return the outputs.

        Where ffmpeg needs the timestamps of unused streams, one more output discards these streams.
        """
        if not self.media.has_discontinuities:
            return outputs
        video: list[tuple[Kind, int]] = [("video", stream.index) for stream in self.media.video]
        heard = chain.from_iterable(stream.parts or (stream.index,) for stream in self.media.audio)
        audio: list[tuple[Kind, int]] = [("audio", index) for index in heard]
        rest: list[Decoded] = []
        for file, used in used_streams(outputs).items():
            if file.file == f"file:{SOURCE}":
                rest += [Decoded(file, index, kind) for kind, index in (*video, *audio) if index not in used]
        return [*outputs, Output("-", tuple(rest), options(c="copy", f="null"))] if rest else outputs

    def _decoding(self, outputs: Sequence[Output], seconds: float) -> float:
        video = self.media.main_video
        return cost.decoding(video, seconds) if video and decodes_video(outputs) else 0.0

    def units(
        self,
        passing: Sequence[PlannedArtifact],
        seeking: Sequence[PlannedArtifact],
        *,
        required: bool,
        budget: float,
        is_finished: bool = False,
    ) -> list[Unit]:
        """Return as few units as possible.

        All artifacts share one pass, unless that pass would cost more than ``budget``. A two-pass encode is a unit by
        itself.

        :param passing: artifacts that share a pass over the whole source.
        :param seeking: artifacts that seek; each has inputs of its own.
        :param is_finished: whether all artifacts are finished already.
        """
        alone = [[planned] for planned in (*passing, *seeking) if planned.first_pass]
        together = _batches(passing, budget, MOST_OUTPUTS)
        few = _batches(seeking, budget, MOST_INPUTS)
        groups = (*together, *few, *alone)
        return [self.unit(group, required=required, is_finished=is_finished) for group in groups]


def sharing_cores(outputs: Sequence[Output]) -> list[Output]:
    """Return the outputs of one command, with fewer threads each where many encoders run side by side."""
    given = [dict(output.options) for output in outputs]
    encoders = [side_by_side(each) for each in given]
    if sum(map(bool, encoders)) < SIDE_BY_SIDE:
        return list(outputs)
    return [
        replace(output, options=options(**before, **more))
        for output, before, more in zip(outputs, given, encoders, strict=True)
    ]


def split(artifacts: Sequence[PlannedArtifact], budget: float) -> list[list[PlannedArtifact]]:
    """Return groups of about equal cost, as few as the budget allows. Each group keeps the order of its artifacts."""
    if not artifacts:
        return []
    count = min(len(artifacts), max(1, math.ceil(sum(planned.cost for planned in artifacts) / budget)))
    loads, home = [0.0] * count, {}
    for index, planned in sorted(enumerate(artifacts), key=lambda pair: -pair[1].cost):
        home[index] = loads.index(min(loads))
        loads[home[index]] += planned.cost
    groups = [[planned for index, planned in enumerate(artifacts) if home[index] == group] for group in range(count)]
    return [group for group in groups if group]


def by_outputs(artifacts: Sequence[PlannedArtifact], most: int) -> list[list[PlannedArtifact]]:
    """Return groups of artifacts that have no more outputs than one command should."""
    groups: list[list[PlannedArtifact]] = []
    room = 0
    for planned in artifacts:
        if len(planned.outputs) > room:
            groups.append([])
            room = most
        groups[-1].append(planned)
        room -= len(planned.outputs)
    return groups


def _batches(artifacts: Sequence[PlannedArtifact], budget: float, most: int) -> list[list[PlannedArtifact]]:
    """Return groups of one-pass artifacts, of about equal cost, with no more outputs than one command should have."""
    groups: list[list[PlannedArtifact]] = []
    for batch in split([planned for planned in artifacts if not planned.first_pass], budget):
        groups += by_outputs(batch, most)
    return groups


def _span(spans: Sequence[SourceSpan | None]) -> SourceSpan | None:
    """Return a part of the source that holds all parts; None where one of them is the whole."""
    parts = [span for span in spans if span]
    if len(parts) < len(spans):
        return None
    start, end = min(span.start for span in parts), max(span.end for span in parts)
    return SourceSpan(stream=parts[0].stream, start=start, end=end)


def _name(artifacts: Sequence[PlannedArtifact]) -> str:
    *most, last = dict.fromkeys(planned.label for planned in artifacts)
    return f"{', '.join(most)} and {last}" if most else last
