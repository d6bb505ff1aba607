"""The stages of one job: probe, plan, encode, package, publish.

Each stage may run on another machine than the stage before. A stage may also run twice, or twice at once after a worker
was lost. A stage therefore works in a private directory, stores its files below its content key, and commits with one
conditional write. An attempt that comes second reads the result that the first one committed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path

from airflow_provider_media.core.execution.key_checks import refuse_long_keys, refuse_own_source
from airflow_provider_media.core.execution.measuring import measured
from airflow_provider_media.core.execution.overlays import draw_overlays, overlay_versions
from airflow_provider_media.core.execution.unit_cache import CachedWork, VerifiedFile, load_or_make
from airflow_provider_media.core.execution.workspace import source_file, source_info
from airflow_provider_media.core.ffmpeg.captions import holds_captions
from airflow_provider_media.core.ffmpeg.decode_check import DecodeCheck
from airflow_provider_media.core.ffmpeg.diagnosis import scrubbed
from airflow_provider_media.core.ffmpeg.errors import EncodeFailed, ProcessingError
from airflow_provider_media.core.ffmpeg.probing import probe as probe_file
from airflow_provider_media.core.ffmpeg.progress import Progress
from airflow_provider_media.core.ffmpeg.runner import run as run_tool
from airflow_provider_media.core.jobs.model import Engine, Job, StageResult
from airflow_provider_media.core.jobs.places import RECORD_BYTES, plan_uri
from airflow_provider_media.core.media.errors import SourceDamaged
from airflow_provider_media.core.media.info import MediaInfo
from airflow_provider_media.core.packaging.labelling import label_manifests
from airflow_provider_media.core.packaging.packager import packager_command
from airflow_provider_media.core.planning.decode_checks import has_full_decode
from airflow_provider_media.core.planning.names import SourceIdentity
from airflow_provider_media.core.planning.output_kinds import post_process, verify_data
from airflow_provider_media.core.planning.plan import make_plan as plan_units
from airflow_provider_media.core.plans import Artifact, Command, ExpectedDecode, Package, Plan, Unit
from airflow_provider_media.core.publication.commit import together
from airflow_provider_media.core.publication.publishing import publish
from airflow_provider_media.core.serde import from_json, to_json
from airflow_provider_media.core.verification.verify import verify_artifact
from airflow_provider_media.core.verification.verify_package import verify_package

__all__ = ["encode", "load_plan", "make_plan", "package", "plan_of", "probe", "probe_for_plan", "publish", "settled"]


def settled(job: Job, engine: Engine) -> Job:
    """Return the job with the source version that all later stages use: the submitted version, else the current one.

    :raises SourceError: when the source is missing, empty, forbidden or too large, or has changed since the job was
        submitted.
    """
    return replace(job, source_version=source_info(job.source, engine, version=job.source_version).version)


def probe(job: Job, engine: Engine) -> MediaInfo:
    """Fetch the source and find its facts.

    :raises SourceError: when the source cannot be fetched, is no media, is over a limit, or is damaged and the workflow
        is strict.
    """
    return _probe(job, engine)


def probe_for_plan(job: Job, engine: Engine) -> MediaInfo:
    """Return the facts that a job's plan needs; the full decode of a plain video may be deferred to an encode.

    :raises SourceError: as :func:`probe` does.
    """
    return _probe(job, engine, may_defer=has_full_decode(job.workflow.workflow.outputs.values()))


def _probe(job: Job, engine: Engine, *, may_defer: bool = False) -> MediaInfo:
    with source_file(job.source, engine, version=job.source_version) as source:
        return _probe_file(source, job, engine, may_defer=may_defer)


def _probe_file(source: Path, job: Job, engine: Engine, *, may_defer: bool = False) -> MediaInfo:
    return probe_file(
        source,
        toolchain=engine.toolchain,
        limits=engine.limits,
        integrity=job.workflow.workflow.integrity,
        may_defer=may_defer,
        require_sandbox=engine.require_sandbox,
        cancelled=engine.cancelled,
    )


def make_plan(job: Job, media: MediaInfo, engine: Engine) -> Plan:
    """Make the plan, and store the plan among the job's records.

    :raises SourceError: when the source allows no output.
    :raises WorkflowInvalid: when two outputs would have one key.
    """
    plan = plan_of(job, media, engine)
    content = json.dumps(to_json(plan)).encode()
    engine.storages(job.output).write(plan_uri(job.output, job.id), content, media_type="application/json")
    return plan


def plan_of(job: Job, media: MediaInfo, engine: Engine) -> Plan:
    """Return the plan of a job without storing it."""
    workflow = job.workflow.workflow
    plan = plan_units(
        workflow,
        media,
        source=SourceIdentity(
            uri=job.source, version=source_info(job.source, engine, version=job.source_version).version
        ),
        tools=engine.toolchain.identity,
        job_id=job.id,
        overlays=overlay_versions(workflow, engine),
    )
    refuse_own_source(job, plan)
    refuse_long_keys(job, plan)
    return plan


def load_plan(job: Job, engine: Engine) -> Plan:
    """Return the plan that ``make_plan`` stored."""
    content = engine.storages(job.output).read(plan_uri(job.output, job.id), limit=RECORD_BYTES)
    return from_json(Plan, json.loads(content))


def encode(job: Job, unit: Unit, engine: Engine) -> StageResult:
    """Make all artifacts of one unit, verify them and store them under the unit's content key.

    :raises ProcessingError: when a required unit fails; an optional unit returns its error instead.
    """

    def make(directory: Path) -> tuple[list[VerifiedFile], list[str]]:
        draw_overlays(unit.overlays, directory, engine)
        warnings: list[str] = []
        with source_file(job.source, engine, version=job.source_version) as source:
            for part, command in enumerate(unit.commands):
                share = _Share(unit.name, part, len(unit.commands))
                if unit.expected_decode and part == 0:
                    with _checked_decode(unit.expected_decode, source, job, engine) as check:
                        warnings += _run(command, directory, source, share, engine, check=check)
                else:
                    warnings += _run(command, directory, source, share, engine)
        for work in unit.post_processing:
            engine.raise_if_cancelled()
            post_process(directory, work)
        checked = together(
            lambda artifact: _verified(artifact, directory, engine), unit.artifacts, workers=os.cpu_count() or 1
        )
        return list(chain.from_iterable(checked)), warnings

    result = load_or_make(CachedWork(key=unit.key, name=unit.name, required=unit.required, make=make), job, engine)
    return measured(job, result, unit.measurements, engine)


@contextmanager
def _checked_decode(expected: ExpectedDecode, source: Path, job: Job, engine: Engine) -> Iterator[DecodeCheck]:
    """Check the full decode within a command; on any doubt, decode the source separately.

    :raises SourceError: when the separate decode finds damage, or other frames than the plan was made for.
    """
    check = DecodeCheck(expected)
    try:
        yield check
    except (EncodeFailed, SourceDamaged) as error:
        # The separate decode reports stream and time of damage. If it finds none, the encode has failed, whatever
        # ffmpeg's message suggests.
        _probe_file(source, job, engine)
        raise EncodeFailed(error.message) from error
    if check.is_passed:
        return
    video = _probe_file(source, job, engine).main_video
    found = video and ExpectedDecode(
        stream=video.index, frames=video.frame_count, start=video.start, duration=video.duration
    )
    if found != expected:
        frames = (
            f"{found.frames} frames from {found.start:.3f} s on, {found.duration:.3f} s long" if found else "no video"
        )
        raise SourceDamaged(
            f"the packets of the source promise {expected.frames} frames from {expected.start:.3f} s on,"
            f" {expected.duration:.3f} s long, and its decoder delivers {frames}; upload it again, or let the workflow"
            " say `integrity: tolerant`"
        )


def _verified(artifact: Artifact, directory: Path, engine: Engine) -> list[VerifiedFile]:
    if data := artifact.expect.data:
        path = directory / artifact.file
        return [VerifiedFile(output=artifact.output, path=path, facts=verify_data(path, data))]
    files = verify_artifact(
        directory, artifact, toolchain=engine.toolchain, limits=engine.limits, cancelled=engine.cancelled
    )
    return [VerifiedFile(output=artifact.output, path=path, facts=facts) for path, facts in files]


def package(job: Job, package: Package, results: Sequence[StageResult], engine: Engine) -> StageResult:
    """Package a ladder's renditions as HLS and DASH, verify the package and store it under its content key.

    :param results: results of the plan's units.
    :raises ProcessingError: when a required package fails; an optional package returns its error instead.
    """
    name = f"package {package.output}"

    def make(directory: Path) -> tuple[list[VerifiedFile], list[str]]:
        _fetch_tracks(package, results, directory, engine)
        declared, warnings = _with_captions(package, directory)
        _run(packager_command(declared), directory, None, _Share(name, 0, 1), engine)
        label_manifests(directory, declared)
        files = verify_package(
            directory, declared, toolchain=engine.toolchain, limits=engine.limits, cancelled=engine.cancelled
        )
        return [VerifiedFile(output=package.output, path=path, facts=facts) for path, facts in files], warnings

    return load_or_make(CachedWork(key=package.key, name=name, required=package.required, make=make), job, engine)


def _with_captions(package: Package, directory: Path) -> tuple[Package, list[str]]:
    """Return the package as its renditions are, and warnings: captions lost in decoding must not be declared."""
    videos = [track for track in package.tracks if track.kind == "video"]
    if not package.closed_captions or all(holds_captions(directory / track.file) for track in videos):
        return package, []
    return replace(package, closed_captions=False), [
        f"{package.output}: the closed captions of the source were lost in decoding"
    ]


def _fetch_tracks(package: Package, results: Sequence[StageResult], directory: Path, engine: Engine) -> None:
    stored: dict[tuple[str, str], str] = {}
    for result in results:
        stored |= {(result.key, made.file): made.uri for made in result.made}
    for track in package.tracks:
        uri = stored.get((track.unit, track.file))
        if uri is None:
            error = next((result.error for result in results if result.key == track.unit), None)
            raise ProcessingError(
                f"rendition {track.name} is missing: {error['message'] if error else 'its unit was not encoded'}"
            )
        engine.storages(uri).download(uri, directory / track.file, progress=lambda _: engine.raise_if_cancelled())


class _Share:
    """One command's share of a unit's progress."""

    def __init__(self, name: str, part: int, parts: int) -> None:
        self.name, self.part, self.parts = name, part, parts

    def of(self, progress: Progress) -> Progress:
        return replace(progress, percent=(self.part * 100 + progress.percent) / self.parts)


def _run(
    command: Command,
    directory: Path,
    source: Path | None,
    share: _Share,
    engine: Engine,
    *,
    check: DecodeCheck | None = None,
) -> list[str]:
    finished = run_tool(
        command,
        directory=directory,
        source=source,
        toolchain=engine.toolchain,
        limits=engine.limits,
        name=share.name,
        check=check,
        report=lambda progress: engine.report(share.of(progress)),
        cancelled=engine.cancelled,
        require_sandbox=engine.require_sandbox,
    )
    return _read_errors(finished.stderr, share.name) if command.tool == "ffmpeg" else []


def _read_errors(stderr: str, name: str) -> list[str]:
    """Return warnings about the read errors that a tolerant workflow survived."""
    errors = [line for line in stderr.splitlines() if "[error]" in line]
    if not errors:
        return []
    count = "an error" if len(errors) == 1 else f"{len(errors)} errors, the first one"
    return [f"{name}: reading the source met {count}: {scrubbed(errors[0])}"]
