"""The stages of one job: probe, plan, encode, package, publish.

Each stage may run on another machine than the stage before. A stage may also run twice, or twice at once after a worker
was lost. A stage therefore works in a private directory, stores its files below its content key, and commits with one
conditional write. An attempt that comes second reads the result that the first one committed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path

from airflow_provider_media.core.execution.commands import run_command
from airflow_provider_media.core.execution.device_choice import run_chosen
from airflow_provider_media.core.execution.finished_work import fetch_part
from airflow_provider_media.core.execution.measuring import measured
from airflow_provider_media.core.execution.overlays import draw_overlays
from airflow_provider_media.core.execution.plan_stage import load_plan, make_plan, plan_job, plan_of, store_plan
from airflow_provider_media.core.execution.source_excerpt import source_excerpt
from airflow_provider_media.core.execution.source_probe import checked_decode, probe, probe_for_plan, require_decode
from airflow_provider_media.core.execution.unit_cache import (
    CachedUnit,
    CachedWork,
    VerifiedFile,
    load_or_make,
    load_or_make_unit,
)
from airflow_provider_media.core.execution.unit_remaking import units_of_missing
from airflow_provider_media.core.execution.workspace import source_file, source_info
from airflow_provider_media.core.ffmpeg.captions import holds_captions
from airflow_provider_media.core.ffmpeg.decode_check import DecodeCheck
from airflow_provider_media.core.ffmpeg.diagnosis import scrubbed
from airflow_provider_media.core.ffmpeg.errors import EncodeFailed
from airflow_provider_media.core.ffmpeg.progress import Progress
from airflow_provider_media.core.jobs.model import Engine, Job, StageResult
from airflow_provider_media.core.packaging.labelling import label_manifests
from airflow_provider_media.core.packaging.packager import packager_command
from airflow_provider_media.core.planning.output_kinds import post_process, verify_data
from airflow_provider_media.core.plans import Artifact, Command, Package, Unit
from airflow_provider_media.core.publication.publishing import publish
from airflow_provider_media.core.verification.verify import verify_artifact
from airflow_provider_media.core.verification.verify_package import verify_package

__all__ = [
    "encode",
    "load_plan",
    "make_plan",
    "package",
    "plan_job",
    "plan_of",
    "probe",
    "probe_for_plan",
    "publish",
    "settled",
    "store_plan",
]


def settled(job: Job, engine: Engine) -> Job:
    """Return the job with the source version that all later stages use: the submitted version, else the current one.

    :raises SourceError: when the source is missing, empty, forbidden or too large, or has changed since the job was
        submitted.
    """
    return replace(job, source_version=source_info(job.source, engine, version=job.source_version).version)


def encode(job: Job, unit: Unit, engine: Engine) -> tuple[StageResult, ...]:
    """Make all artifacts of one unit, verify them and store each one under its content key.

    :return: one result for each content key of the unit; none for a unit that only checks the source.
    :raises ProcessingError: when a required unit fails; an optional unit returns its error instead.
    :raises SourceError: when the unit checks the source and finds damage.
    """
    if not unit.artifacts:
        if unit.expected_decode:
            require_decode(unit.expected_decode, job, engine)
        return ()
    commands, parts = len(unit.commands), len(unit.commands) + len(unit.measurements)
    results = _made(job, unit, engine.for_part(0, commands, parts))
    if unit.expected_decode and all(result.reused for result in results):
        require_decode(unit.expected_decode, job, engine)
    engines = [engine.for_part(number, number + 1, parts) for number in range(commands, parts)]
    return measured(job, results, list(zip(unit.measurements, engines, strict=True)))


def _made(job: Job, unit: Unit, engine: Engine) -> tuple[StageResult, ...]:
    artifacts = {artifact.content_key: artifact for artifact in unit.artifacts}
    encoders: dict[str, str] = {}

    def make(directory: Path) -> list[str]:
        return _do_work(job, unit, directory, engine, encoders)

    def make_some(directory: Path, keys: Sequence[str]) -> list[str]:
        parts = units_of_missing(keys, unit, load_plan(job, engine).media, job, engine)
        if unit.expected_decode and unit not in parts:
            require_decode(unit.expected_decode, job, engine)
        engines = [engine.for_part(number, number + 1, len(parts)) for number in range(len(parts))]
        work = [_do_work(job, part, directory, own, encoders) for part, own in zip(parts, engines, strict=True)]
        return list(chain.from_iterable(work))

    def verify(key: str, directory: Path) -> list[VerifiedFile]:
        return _verified(artifacts[key], directory, engine, encoders)

    work = CachedUnit(
        keys=unit.keys, name=unit.name, required=unit.required, make=make, verify=verify, make_some=make_some
    )
    return load_or_make_unit(work, job, engine)


def _do_work(job: Job, unit: Unit, directory: Path, engine: Engine, encoders: dict[str, str]) -> list[str]:
    """Run a unit's commands and its post-processing in a directory, and return warnings.

    :param encoders: gets the encoders of files for which the plan knows hardware.
    """

    def run_all(source: Path) -> list[str]:
        warnings: list[str] = []

        def run_part(part: int, command: Command) -> list[str]:
            share = _Share(unit.name, part, len(unit.commands))
            if unit.expected_decode and part == 0:
                with checked_decode(unit.expected_decode, source, job, engine) as check:
                    return _run(command, directory, source, share, engine, check=check)
            return _run(command, directory, source, share, engine)

        for part, planned in enumerate(unit.commands):
            done = run_chosen(planned, engine, name=unit.name, run=partial(run_part, part))
            encoders.update(done.encoders)
            warnings += done.warnings
        return warnings

    draw_overlays(unit.overlays, directory, engine)
    warnings = _from_excerpt(job, unit, engine, run_all)
    if warnings is None:
        with source_file(job.source, engine, version=job.source_version) as source:
            warnings = run_all(source)
    for work in unit.post_processing:
        engine.raise_if_cancelled()
        post_process(directory, work)
    return warnings


def _from_excerpt(job: Job, unit: Unit, engine: Engine, run_all: Callable[[Path], list[str]]) -> list[str] | None:
    """Run a unit on the part of the source that it reads; return None where it has to read the whole.

    A decoder that meets an error may have met a part that was not fetched: only the whole tells damage from a gap.
    """
    with suppress(EncodeFailed), source_excerpt(job, unit.span, engine) as excerpt:
        if excerpt and not run_all(excerpt):
            return []
    return None


def _verified(artifact: Artifact, directory: Path, engine: Engine, encoders: Mapping[str, str]) -> list[VerifiedFile]:
    """Verify and return the files of an artifact.

    :param encoders: encoders of files for which the plan knows hardware, which become facts of the files.
    """
    if data := artifact.expect.data:
        path = directory / artifact.file
        return [VerifiedFile(output=artifact.output, path=path, facts=verify_data(path, data))]
    files = verify_artifact(
        directory, artifact, toolchain=engine.toolchain, limits=engine.limits, cancelled=engine.cancelled
    )
    known = {"encoder": encoders[artifact.file]} if artifact.file in encoders else {}
    return [VerifiedFile(output=artifact.output, path=path, facts=facts | known) for path, facts in files]


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
        name = f"rendition {track.name}"
        fetch_part(by_key, track.artifact, track.file, directory, name=name, job=job, engine=engine)


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
    finished = run_command(
        command,
        engine,
        name=share.name,
        directory=directory,
        source=source,
        check=check,
        report=lambda progress: engine.report(share.of(progress)),
    )
    return _read_errors(finished.stderr, share.name) if command.tool == "ffmpeg" else []


def _read_errors(stderr: str, name: str) -> list[str]:
    """Return warnings about the read errors that a tolerant workflow survived."""
    errors = [line for line in stderr.splitlines() if "[error]" in line]
    if not errors:
        return []
    count = "an error" if len(errors) == 1 else f"{len(errors)} errors, the first one"
    return [f"{name}: reading the source met {count}: {scrubbed(errors[0])}"]
