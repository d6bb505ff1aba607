"""Joining of the slices of a video that other units have encoded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from pathlib import Path

from airflow_provider_media.core.execution.commands import run_command
from airflow_provider_media.core.execution.finished_work import fetch_part
from airflow_provider_media.core.execution.measuring import measured
from airflow_provider_media.core.execution.unit_cache import CachedUnit, VerifiedFile, load_or_make_unit
from airflow_provider_media.core.ffmpeg.errors import ProcessingError
from airflow_provider_media.core.ffmpeg.joining import LIST, exact_listing
from airflow_provider_media.core.jobs.model import Engine, Job, ManifestEntry, StageResult
from airflow_provider_media.core.media.slices import Join
from airflow_provider_media.core.plans import Unit
from airflow_provider_media.core.verification.verify import HEADERS, verify_artifact


def join(job: Job, unit: Unit, results: Sequence[StageResult], engine: Engine) -> tuple[StageResult, ...]:
    """Join the slices of one video with its audio, verify the file and store it under its content key.

    :param unit: a unit with a join.
    :param results: results of the units that encode.
    :raises ProcessingError: when a part is missing, or the slices do not fit; an optional unit returns its error
        instead.
    """
    (artifact,) = unit.artifacts
    (command,) = unit.commands
    wanted = unit.join
    assert wanted is not None
    by_key = {result.key: result for result in results}

    def make(directory: Path) -> list[str]:
        _fetch(wanted, by_key, directory, job, engine)
        (directory / LIST).write_text(exact_listing(wanted))
        run_command(command, engine, name=unit.name, directory=directory)
        return []

    def verify(_: str, directory: Path) -> list[VerifiedFile]:
        verified = verify_artifact(
            directory,
            artifact,
            toolchain=engine.toolchain,
            limits=engine.limits,
            cancelled=engine.cancelled,
            is_joined=True,
        )
        return [
            VerifiedFile(output=artifact.output, path=path, facts={**facts, "joints": joints(wanted)})
            for path, facts in verified
        ]

    work = CachedUnit(keys=unit.keys, name=unit.name, required=unit.required, make=make, verify=verify)
    made = load_or_make_unit(work, job, engine)
    return measured(job, made, [(measurement, engine) for measurement in unit.measurements])


def joints(wanted: Join) -> list[int]:
    """Return the numbers of the frames with which the second slice and each later one begin."""
    return list(accumulate(part.frames for part in wanted.slices[:-1]))


def _fetch(wanted: Join, results: Mapping[str, StageResult], directory: Path, job: Job, engine: Engine) -> None:
    """Download all parts.

    :raises ProcessingError: when a slice has another number of frames than planned, or needs another decoder's
        configuration than the first one.
    """
    fetched: dict[str, ManifestEntry] = {
        part.file: fetch_part(results, part.artifact, part.file, directory, name=part.file, job=job, engine=engine)
        for part in wanted.parts
    }
    first = fetched[wanted.slices[0].file].facts
    for part in wanted.slices:
        facts = fetched[part.file].facts
        if facts["frames"] != part.frames:
            raise ProcessingError(f"{part.file} has {facts['frames']} frames instead of the {part.frames} planned")
        if facts[HEADERS] != first[HEADERS]:
            raise ProcessingError(
                f"{part.file} was encoded by another tool than {wanted.slices[0].file}: install the same version of"
                " ffmpeg on every worker, and clear the encode tasks"
            )
