"""Measurements of quality: finished videos are compared with their source, and the scores are kept under their key."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from airflow_provider_media.core.execution.overlays import draw_overlays
from airflow_provider_media.core.execution.unit_cache import CachedWork, VerifiedFile, load_or_make
from airflow_provider_media.core.execution.workspace import source_file
from airflow_provider_media.core.ffmpeg.runner import run as run_tool
from airflow_provider_media.core.ffmpeg.vmaf import frame_scores, pooled
from airflow_provider_media.core.jobs.model import Engine, FrameScores, Job, MeasuredQuality, StageResult
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
    return replace(result, quality=tuple(_qualities(measurement, done)))


def _work(job: Job, result: StageResult, measurement: Measurement, engine: Engine) -> CachedWork:
    name = f"quality of {measurement.rendition}"

    def make(directory: Path) -> tuple[list[VerifiedFile], list[str]]:
        draw_overlays(measurement.overlays, directory, engine)
        made = next(made for made in result.made if made.file == measurement.file)
        engine.storages(made.uri).download(
            made.uri, directory / made.file, progress=lambda _: engine.raise_if_cancelled()
        )
        with source_file(job.source, engine, version=job.source_version) as source:
            run_tool(
                measurement.command,
                directory=directory,
                source=source,
                toolchain=engine.toolchain,
                limits=engine.limits,
                name=name,
                report=engine.report,
                cancelled=engine.cancelled,
                require_sandbox=engine.require_sandbox,
            )
        scores = frame_scores(directory / measurement.log)
        document = directory / SCORES
        document.write_text(json.dumps(to_json(FrameScores(scores=tuple(_timed(measurement, scores))))))
        return [VerifiedFile(output=measurement.output, path=document, facts=_facts(measurement, scores))], []

    return CachedWork(key=measurement.key, name=name, required=False, make=make)


def _timed(measurement: Measurement, scores: Sequence[float]) -> Iterator[tuple[float, float]]:
    """Yield the time and the score of each compared frame."""
    rate, sampling = measurement.frame_rate, measurement.sampling
    in_sample = round(sampling.seconds * rate) if sampling else len(scores)
    for number, score in enumerate(scores):
        sample, place = divmod(number, in_sample)
        begin = sample * sampling.every if sampling else 0
        yield round(float(begin + place / rate), 3), round(score, 2)


def _facts(measurement: Measurement, scores: Sequence[float]) -> dict[str, Any]:
    size = {"width": measurement.width, "height": measurement.height}
    return {"model": measurement.model, **size, "frames": len(scores), **to_json(pooled(scores))}


def _qualities(measurement: Measurement, done: StageResult) -> Iterator[MeasuredQuality]:
    for made in done.made:
        yield MeasuredQuality(
            output=measurement.output,
            rendition=measurement.rendition,
            is_sampled=measurement.sampling is not None,
            uri=made.uri,
            **made.facts,
        )
