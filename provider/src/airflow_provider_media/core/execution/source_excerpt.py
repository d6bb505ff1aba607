"""The part of a source that a slice reads, where not all of the source has to be fetched."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from airflow_provider_media.core.execution.excerpts import Excerpt, ExcerptUse, make_excerpt
from airflow_provider_media.core.execution.workspace import as_source_errors, attempt, is_fetched, source_info
from airflow_provider_media.core.jobs.model import Engine, Job
from airflow_provider_media.core.media.errors import SourceTooLarge
from airflow_provider_media.core.media.slices import SourceSpan
from airflow_provider_media.core.media.uri import is_on_web, local_path

BEGINNING = 1024**2
"""Bytes of the media's beginning, in which tools look at the first frames of every stream."""


@contextmanager
def source_excerpt(job: Job, span: SourceSpan | None, engine: Engine) -> Iterator[Path | None]:
    """Yield a file with the packets of one span, as long as the block runs; None where the whole source is to be read.

    The whole is read where it is here already, on a disk, on the web, or no MP4 with an index.

    :raises SourceError: when the source is missing or forbidden, or has changed since the job was submitted.
    """
    is_here = local_path(job.source) is not None or is_fetched(job.source, job.source_version, engine)
    if span is None or is_here or is_on_web(job.source):
        yield None
        return
    with attempt(engine) as directory:
        excerpt = _excerpt(job, span, directory, engine)
        yield excerpt.path if excerpt else None


def _excerpt(job: Job, span: SourceSpan, directory: Path, engine: Engine) -> Excerpt | None:
    source_info(job.source, engine, version=job.source_version)
    use = ExcerptUse(
        beginning=BEGINNING,
        most=engine.limits.source_bytes,
        purpose="a slice",
        advice="Make the source smaller.",
        error=SourceTooLarge,
    )
    with as_source_errors(job.source):
        excerpt = make_excerpt(job.source, directory / "source", engine, use)
        if excerpt is None or excerpt.stored.version != job.source_version:
            return None
        excerpt.fetch_span(str(span.stream), (span.start, span.end))
    return excerpt
