"""Checks of the keys that a job would write, before it makes any file."""

from __future__ import annotations

from contextlib import suppress
from itertools import chain

from airflow_provider_media.core.errors import WorkflowInvalid
from airflow_provider_media.core.jobs.model import Job
from airflow_provider_media.core.media.uri import join, local_path, parse
from airflow_provider_media.core.packaging.packager import PLAYLIST
from airflow_provider_media.core.plans import Plan


def refuse_own_source(job: Job, plan: Plan) -> None:
    """Check that no output would replace the source of its own job.

    :raises WorkflowInvalid: when an output's key is the source's place.
    """
    made: list[tuple[str, str]] = []
    for artifact in chain.from_iterable(unit.artifacts for unit in plan.units):
        made += [(artifact.output, key) for key in artifact.published()]
    made += [(document.output, document.key) for document in plan.documents]
    for output, key in made:
        if _is_one(join(job.output, key), job.source):
            raise WorkflowInvalid(
                f"output {output} would replace its own source: give it another path, or the job another output"
                " location"
            )


def _is_one(target: str, source: str) -> bool:
    """Return whether two URIs name the same object, in any spelling and through any links."""
    place, original = local_path(target), local_path(source)
    if place is None or original is None:
        return parse(target) == parse(source)
    with suppress(OSError):  # no file at the place
        return place.samefile(original)
    return False


def refuse_long_keys(job: Job, plan: Plan) -> None:
    """Check that the keys of packages' files fit, before hours of encoding.

    A package's folder may fit where its files do not.

    :raises ConfigurationError: when a key is too long.
    """
    for package in plan.packages:
        for track in package.tracks:
            join(job.output, f"{package.prefix}{track.name}/{PLAYLIST}")
