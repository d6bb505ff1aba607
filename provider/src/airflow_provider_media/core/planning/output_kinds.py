"""Output kinds: the one table of them, from which schema, lint, planning and ``media:`` resources are derived.

Another distribution adds a kind through the entry-point group ``airflow_provider_media.outputs``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from airflow_provider_media.core.entry_points import added_points, rows_by_name
from airflow_provider_media.core.media.expectation import ExpectedData
from airflow_provider_media.core.outputs import (
    AnimatedImageSpec,
    LadderSpec,
    OutputSpec,
    ProbeReportSpec,
    SampleSnapshotSpec,
    SnapshotSpec,
    SpriteSpec,
    TranscodeSpec,
)
from airflow_provider_media.core.outputs.waveform import WaveformSpec
from airflow_provider_media.core.packaging.errors import VerificationFailed
from airflow_provider_media.core.planning.decode_needs import (
    animated_need,
    encodes_whole_video,
    snapshot_need,
    transcode_need,
)
from airflow_provider_media.core.planning.geometry import Size
from airflow_provider_media.core.planning.laddering import ladder
from airflow_provider_media.core.planning.names import NamedOutput, Naming
from airflow_provider_media.core.planning.output_kind import OutputKind, decode_nothing, single_file
from airflow_provider_media.core.planning.output_plan import OutputContext, OutputPlan
from airflow_provider_media.core.planning.picturing import animated, snapshots
from airflow_provider_media.core.planning.sprites import sprites
from airflow_provider_media.core.planning.toning import ladder_sizes, transcode_sizes
from airflow_provider_media.core.planning.transcoding import transcode
from airflow_provider_media.core.planning.waveforms import (
    verify_waveform,
    waveform,
    waveform_keys,
    waveform_need,
    write_waveform,
)
from airflow_provider_media.core.plans import Document, PostProcessing
from airflow_provider_media.core.serde import to_json

_SeriesSpec = SnapshotSpec | SampleSnapshotSpec | SpriteSpec
ENTRY_POINT_GROUP = "airflow_provider_media.outputs"
"""Entry points of this group name output kinds of other distributions."""


def _transcode_keys(naming: Naming, output: NamedOutput, spec: TranscodeSpec) -> list[str]:
    size = Size(getattr(spec.video, "width", None) or 0, getattr(spec.video, "height", None) or 0)
    return [naming.file(output, spec.container, size)]


def _ladder_keys(naming: Naming, output: NamedOutput, _spec: LadderSpec) -> list[str]:
    return [naming.folder(output)]


def _snapshot_keys(naming: Naming, output: NamedOutput, spec: SnapshotSpec) -> list[str]:
    return _series(naming, output, spec, len(spec.at)) if len(spec.at) > 1 else single_file(naming, output, spec)


def _sampled_keys(naming: Naming, output: NamedOutput, spec: SampleSnapshotSpec) -> list[str]:
    return _series(naming, output, spec, 2)


def _sprite_keys(naming: Naming, output: NamedOutput, spec: SpriteSpec) -> list[str]:
    return [*_series(naming, output, spec, 2), naming.file(output, "vtt", Size(spec.width, spec.height or 0))]


def _series(naming: Naming, output: NamedOutput, spec: _SeriesSpec, count: int) -> list[str]:
    return [naming.series(output, spec.format, count, Size(spec.width or 0, spec.height or 0))]


def _report(output: OutputContext, spec: ProbeReportSpec) -> OutputPlan:
    key = output.context.naming.file(NamedOutput(name=output.name, path=spec.path), "json")
    document = Document(
        output=output.name,
        key=key,
        media_type="application/json",
        content=json.dumps(to_json(output.media), indent=2, ensure_ascii=False) + "\n",
        required=spec.required,
    )
    return OutputPlan(output=output.name, required=spec.required, documents=(document,))


OUTPUT_KINDS: tuple[OutputKind[Any], ...] = (
    OutputKind(
        spec=TranscodeSpec,
        plan=transcode,
        sample_keys=_transcode_keys,
        decode_need=transcode_need,
        decodes_whole_video=encodes_whole_video,
        sdr_sizes=transcode_sizes,
    ),
    OutputKind(
        spec=LadderSpec,
        plan=ladder,
        sample_keys=_ladder_keys,
        decodes_whole_video=lambda _: True,
        sdr_sizes=ladder_sizes,
        synonyms=("hls", "dash"),
    ),
    OutputKind(
        spec=SnapshotSpec,
        plan=snapshots,
        sample_keys=_snapshot_keys,
        decode_need=snapshot_need,
        synonyms=("snapshot",),
    ),
    OutputKind(
        spec=SampleSnapshotSpec,
        plan=snapshots,
        sample_keys=_sampled_keys,
        decode_need=snapshot_need,
        synonyms=("thumbnails",),
    ),
    OutputKind(spec=AnimatedImageSpec, plan=animated, decode_need=animated_need, synonyms=("gif", "animation")),
    OutputKind(spec=SpriteSpec, plan=sprites, sample_keys=_sprite_keys, synonyms=("sprite", "storyboard")),
    OutputKind(
        spec=WaveformSpec,
        plan=waveform,
        sample_keys=waveform_keys,
        decode_need=waveform_need,
        synonyms=("peaks", "audiowaveform"),
        post_process=write_waveform,
        verify=verify_waveform,
    ),
    OutputKind(spec=ProbeReportSpec, plan=_report, decode_need=decode_nothing, makes_media=False),
)
"""The kinds of this distribution."""


@cache
def output_kinds() -> Mapping[str, OutputKind[Any]]:
    """Return all output kinds by name: those of this distribution, then those of others.

    :raises ConfigurationError: when an entry point cannot be loaded, names no output kind, or takes a name twice.
    """
    return MappingProxyType(rows_by_name(OUTPUT_KINDS, added_points(ENTRY_POINT_GROUP), OutputKind))


def kind_of(spec: OutputSpec) -> OutputKind[Any]:
    """Return the kind of an output."""
    return output_kinds()[spec.kind]


def post_process(directory: Path, work: PostProcessing) -> None:
    """Make files of what ffmpeg wrote.

    :param directory: the unit's own directory.
    """
    function = output_kinds()[work.kind].post_process
    if function is None:
        raise ValueError(f"the output kind {work.kind} has no post-processing")
    function(directory, work.settings)


def verify_data(path: Path, expected: ExpectedData) -> dict[str, Any]:
    """Return the facts of a data file.

    :raises VerificationFailed: when the file is missing, or differs from its plan.
    """
    if not path.is_file():
        raise VerificationFailed(f"{path.name} is missing; it was planned", file=path.name, found="missing")
    function = output_kinds()[expected.kind].verify
    if function is None:
        raise ValueError(f"the output kind {expected.kind} verifies no data")
    return function(path, expected.facts)
