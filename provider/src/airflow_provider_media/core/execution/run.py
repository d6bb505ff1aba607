"""Run a whole job in this process, without a scheduler."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain

from airflow_provider_media.core.execution import stages
from airflow_provider_media.core.execution.slice_joining import join
from airflow_provider_media.core.jobs.model import Engine, Job, Manifest
from airflow_provider_media.core.plans import Plan


def run(job: Job, engine: Engine) -> Manifest:
    """Probe, plan, encode, package and publish one job.

    :raises MediaError: when any stage fails; the final keys are empty then.
    """
    timings: dict[str, float] = {}
    with _timed(timings, "probe"):
        job = stages.settled(job, engine)
        media = stages.probe_for_plan(job, engine)
    with _timed(timings, "plan"):
        plan = stages.make_plan(job, media, engine)
    return finish(job, plan, engine, timings=timings)


def finish(job: Job, plan: Plan, engine: Engine, *, timings: Mapping[str, float]) -> Manifest:
    """Encode, package and publish a job that is planned.

    :param timings: seconds of the stages so far.
    :raises MediaError: when any stage fails; the final keys are empty then.
    """
    timings = dict(timings)
    with _timed(timings, "encode"):
        # Sequential: each unit keeps all cores busy by itself.
        encoded = list(chain.from_iterable(stages.encode(job, unit, engine) for unit in plan.encodes))
    with _timed(timings, "package"):
        encoded += chain.from_iterable([join(job, unit, encoded, engine) for unit in plan.joins])
        packaged = [stages.package(job, package, encoded, engine) for package in plan.packages]
    return stages.publish(job, plan, [*encoded, *packaged], engine, timings=timings)


@contextmanager
def _timed(timings: dict[str, float], stage: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    timings[stage] = round(time.monotonic() - began, 3)
