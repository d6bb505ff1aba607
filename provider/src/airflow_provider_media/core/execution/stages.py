"""The stages of one job: probe, plan, encode, package, publish.

Each stage may run on another machine than the stage before. A stage may also run twice, or twice at once after a worker
was lost. A stage therefore works in a private directory, stores its files below its content key, and commits with one
conditional write. An attempt that comes second reads the result that the first one committed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.execution.finished_work import fetch_finished, find_finished
from airflow_provider_media.core.execution.key_checks import refuse_long_keys, refuse_own_source
from airflow_provider_media.core.execution.measuring import measured
from airflow_provider_media.core.execution.overlays import draw_overlays
from airflow_provider_media.core.execution.shared_work import SharedResult, adopt_for_plan, find_elsewhere
from airflow_provider_media.core.execution.source_probe import checked_decode, probe, probe_for_plan, require_decode
from airflow_provider_media.core.execution.unit_cache import (
    CachedUnit,
    CachedWork,
    VerifiedFile,
    load_or_make,
    load_or_make_unit,
)
from airflow_provider_media.core.execution.unit_remaking import planning_facts, units_of_missing
from airflow_provider_media.core.execution.workspace import source_file, source_info
from airflow_provider_media.core.ffmpeg.captions import holds_captions
from airflow_provider_media.core.ffmpeg.decode_check import DecodeCheck
from airflow_provider_media.core.ffmpeg.diagnosis import scrubbed
from airflow_provider_media.core.ffmpeg.errors import ProcessingError
from airflow_provider_media.core.ffmpeg.progress import Progress
from airflow_provider_media.core.ffmpeg.runner import run as run_tool
from airflow_provider_media.core.jobs.model import Engine, Job, StageResult
from airflow_provider_media.core.jobs.places import RECORD_BYTES, plan_uri
from airflow_provider_media.core.media.info import MediaInfo
from airflow_provider_media.core.packaging.labelling import label_manifests
from airflow_provider_media.core.packaging.packager import packager_command
from airflow_provider_media.core.planning.output_kinds import post_process, verify_data
from airflow_provider_media.core.planning.plan import artifact_keys
from airflow_provider_media.core.planning.plan import make_plan as plan_units
from airflow_provider_media.core.plans import PLAN_VERSION, Artifact, Command, Package, Plan, Unit
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


def make_plan(job: Job, media: MediaInfo, engine: Engine) -> Plan:
    """Make the plan, and store the plan among the job's records.

    :raises SourceError: when the source allows no output.
    :raises WorkflowInvalid: when two outputs would have one key.
    """
    plan, found = _planned(job, media, engine)
    adopt_for_plan(plan, found, job, engine)
    content = json.dumps(to_json(plan)).encode()
    engine.storages(job.output).write(plan_uri(job.output, job.id), content, media_type="application/json")
    return plan


def plan_of(job: Job, media: MediaInfo, engine: Engine) -> Plan:
    """Return the plan of a job without storing it."""
    return _planned(job, media, engine)[0]


def _planned(job: Job, media: MediaInfo, engine: Engine) -> tuple[Plan, dict[str, SharedResult]]:
    """Return the plan of a job, and the finished work that it may take from other output locations."""
    workflow, facts = job.workflow.workflow, planning_facts(job, engine)
    keys = artifact_keys(workflow, media, **facts) if workflow.reuse else frozenset()
    finished = find_finished(keys, job, engine).keys()
    plan = plan_units(workflow, media, job_id=job.id, finished=finished, **facts)
    is_finished = all(unit.is_finished for unit in plan.units)
    found = {} if is_finished else find_elsewhere(keys - finished, job, engine)
    if found:
        plan = plan_units(workflow, media, job_id=job.id, finished=finished | found.keys(), **facts)
    refuse_own_source(job, plan)
    refuse_long_keys(job, plan)
    return plan, found


def load_plan(job: Job, engine: Engine) -> Plan:
    """Return the plan that ``make_plan`` stored.

    :raises ConfigurationError: when another version of this package has stored it.
    """
    data = json.loads(engine.storages(job.output).read(plan_uri(job.output, job.id), limit=RECORD_BYTES))
    if data.get("version") != PLAN_VERSION:
        raise ConfigurationError(
            f"The plan of job {job.id} was made by another version of this package. Clear the job's task `plan` and the"
            " tasks after it; finished work of this version is found again."
        )
    return from_json(Plan, data)


def encode(job: Job, unit: Unit, engine: Engine) -> tuple[StageResult, ...]:
    """Make all artifacts of one unit, verify them and store each one under its content key.

    :return: one result for each content key of the unit.
    :raises ProcessingError: when a required unit fails; an optional unit returns its error instead.
    :raises SourceError: when the unit checks the source and finds damage.
    """
    commands, parts = len(unit.commands), len(unit.commands) + len(unit.measurements)
    results = _made(job, unit, engine.for_part(0, commands, parts))
    if unit.expected_decode and all(result.reused for result in results):
        require_decode(unit.expected_decode, job, engine)
    engines = [engine.for_part(number, number + 1, parts) for number in range(commands, parts)]
    return measured(job, results, list(zip(unit.measurements, engines, strict=True)))


def _made(job: Job, unit: Unit, engine: Engine) -> tuple[StageResult, ...]:
    artifacts = {artifact.content_key: artifact for artifact in unit.artifacts}

    def make(directory: Path) -> list[str]:
        return _do_work(job, unit, directory, engine)

    def make_some(directory: Path, keys: Sequence[str]) -> list[str]:
        parts = units_of_missing(keys, unit, load_plan(job, engine).media, job, engine)
        if unit.expected_decode and unit not in parts:
            require_decode(unit.expected_decode, job, engine)
        engines = [engine.for_part(number, number + 1, len(parts)) for number in range(len(parts))]
        work = [_do_work(job, part, directory, own) for part, own in zip(parts, engines, strict=True)]
        return list(chain.from_iterable(work))

    def verify(key: str, directory: Path) -> list[VerifiedFile]:
        return _verified(artifacts[key], directory, engine)

    work = CachedUnit(
        keys=unit.keys, name=unit.name, required=unit.required, make=make, verify=verify, make_some=make_some
    )
    return load_or_make_unit(work, job, engine)


def _do_work(job: Job, unit: Unit, directory: Path, engine: Engine) -> list[str]:
    """Run a unit's commands and its post-processing in a directory, and return warnings."""
    draw_overlays(unit.overlays, directory, engine)
    warnings: list[str] = []
    with source_file(job.source, engine, version=job.source_version) as source:
        for part, command in enumerate(unit.commands):
            share = _Share(unit.name, part, len(unit.commands))
            if unit.expected_decode and part == 0:
                with checked_decode(unit.expected_decode, source, job, engine) as check:
                    warnings += _run(command, directory, source, share, engine, check=check)
            else:
                warnings += _run(command, directory, source, share, engine)
    for work in unit.post_processing:
        engine.raise_if_cancelled()
        post_process(directory, work)
    return warnings


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

    :param results: results of the plan's artifacts.
    :raises ProcessingError: when a required package fails; an optional package returns its error instead.
    """
    name = f"package {package.output}"

    def make(directory: Path) -> tuple[list[VerifiedFile], list[str]]:
        _fetch_tracks(package, results, directory, job, engine)
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


def _fetch_tracks(package: Package, results: Sequence[StageResult], directory: Path, job: Job, engine: Engine) -> None:
    by_key = {result.key: result for result in results}
    for track in package.tracks:
        result = by_key.get(track.artifact)
        if result is None or result.error:
            why = result.error["message"] if result and result.error else "its unit was not encoded"
            raise ProcessingError(f"rendition {track.name} is missing: {why}")
        fetch_finished(result, track.file, directory, job, engine)


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
