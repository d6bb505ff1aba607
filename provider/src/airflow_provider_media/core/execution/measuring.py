"""Measurements of quality: finished videos are compared with their source, and the scores are kept under their key."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from airflow_provider_media.core.execution.commands import run_command
from airflow_provider_media.core.execution.finished_work import fetch_finished
from airflow_provider_media.core.execution.overlays import draw_overlays
from airflow_provider_media.core.execution.unit_cache import CachedWork, VerifiedFile, load_or_make
from airflow_provider_media.core.execution.workspace import source_file
from airflow_provider_media.core.ffmpeg.errors import ProcessingError
from airflow_provider_media.core.ffmpeg.vmaf import frame_scores, pooled
from airflow_provider_media.core.jobs.model import Engine, FrameScores, Job, ManifestEntry, MeasuredQuality, StageResult
from airflow_provider_media.core.plans import Measurement
from airflow_provider_media.core.serde import to_json

SCORES = "vmaf.json"
"""Document with the score of each compared frame."""


def measured(
    job: Job, results: Sequence[StageResult], measurements: Sequence[tuple[Measurement, Engine]]
) -> tuple[StageResult, ...]:
    """Return the results of a unit with the quality of its videos.

    A measurement that fails takes nothing away from the outputs; the job gets a warning.

    :param measurements: measurements, each with its engine.
    """
    by_key = {result.key: result for result in results}
    for measurement, engine in measurements:
        if not by_key[measurement.artifact].error:
            by_key[measurement.artifact] = _measured(job, by_key[measurement.artifact], measurement, engine)
    return tuple(by_key[result.key] for result in results)


def _measured(job: Job, result: StageResult, measurement: Measurement, engine: Engine) -> StageResult:
    done = load_or_make(_work(job, result, measurement, engine), job, engine)
    if done.error:
        warning = f"{measurement.output}: the quality of {measurement.rendition} could not be measured:"
        return replace(result, warnings=(*result.warnings, f"{warning} {done.error['message']}"))
    return replace(result, quality=tuple(_quality(measurement, document) for document in done.made))


def _work(job: Job, result: StageResult, measurement: Measurement, engine: Engine) -> CachedWork:
    name = f"quality of {measurement.rendition}"

    def make(directory: Path) -> tuple[list[VerifiedFile], list[str]]:
        draw_overlays(measurement.overlays, directory, engine)
        made = fetch_finished(result, measurement.file, directory, job, engine)
        with source_file(job.source, engine, version=job.source_version) as source:
            run_command(measurement.command, engine, name=name, directory=directory, source=source)
        comparison = measurement.comparison
        scores = frame_scores(directory / comparison.log, directory / comparison.times)
        if not comparison.is_sampled and len(scores) != made.facts["frames"]:
            raise ProcessingError(f"{len(scores)} of its {made.facts['frames']} frames could be compared")
        document = directory / SCORES
        document.write_text(json.dumps(to_json(FrameScores(scores=scores))))
        facts = {"frames": len(scores), **to_json(pooled([score for _, score in scores]))}
        return [VerifiedFile(output=measurement.output, path=document, facts=facts)], []

    return CachedWork(key=measurement.key, name=name, required=False, make=make)


def _quality(measurement: Measurement, document: ManifestEntry) -> MeasuredQuality:
    comparison = measurement.comparison
    return MeasuredQuality(
        output=measurement.output,
        rendition=measurement.rendition,
        model=comparison.model,
        width=comparison.width,
        height=comparison.height,
        is_sampled=comparison.is_sampled,
        uri=document.uri,
        **document.facts,
    )
