"""Preview of a workflow on a source: its plan, and pictures of its outputs, without a job."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import Literal

from airflow_provider_media.core.errors import ConfigurationError, WorkflowInvalid
from airflow_provider_media.core.execution.commands import run_command
from airflow_provider_media.core.execution.excerpts import Excerpt, ExcerptUse, make_excerpt
from airflow_provider_media.core.execution.key_checks import refuse_long_keys
from airflow_provider_media.core.execution.overlays import draw_overlays, overlay_versions
from airflow_provider_media.core.execution.workspace import as_source_errors, attempt, source_file, source_info
from airflow_provider_media.core.ffmpeg.errors import Cancelled
from airflow_provider_media.core.ffmpeg.probing import probe, probe_packets
from airflow_provider_media.core.jobs.errors import PreviewTimeout, PreviewTooLarge
from airflow_provider_media.core.jobs.model import Engine, Job
from airflow_provider_media.core.media.errors import SourceTooLarge
from airflow_provider_media.core.media.info import MediaInfo
from airflow_provider_media.core.media.uri import local_path
from airflow_provider_media.core.planning import cost
from airflow_provider_media.core.planning.decode_checks import has_full_decode
from airflow_provider_media.core.planning.moments import FILE, Moment, plan_picture
from airflow_provider_media.core.planning.names import SourceIdentity
from airflow_provider_media.core.planning.one_task import with_choice_of_tasks
from airflow_provider_media.core.planning.plan import make_plan
from airflow_provider_media.core.planning.steering import capped, preview_choices
from airflow_provider_media.core.plans import Overlay, Plan
from airflow_provider_media.core.storage.protocol import ObjectInfo

NOWHERE = "file:///nowhere/"
"""Output location of a preview, which writes no outputs."""
DECODED_COST = 15.0
"""Cost of decoding up to which a preview decodes the whole source as a job does: four minutes of 1080p25."""
WHOLE_BYTES = 64 * 1024**2
"""Bytes up to which a source is fetched as a whole, so that the next picture needs no request."""
MEDIA_BYTES = 8 * 1024**2
"""Bytes at the beginning of the media, in which the first keyframes lie."""
LEAD, TAIL = 3.0, 3.0
"""Seconds before and after a moment for which frames are read."""
KNOWN_SOURCES = 64
"""Most sources whose facts one server keeps."""
Basis = Literal["decoded", "packets"]
_Key = tuple[str, str, str, bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFacts:
    """Facts of one version of a source."""

    stored: ObjectInfo
    media: MediaInfo
    basis: Basis
    """``decoded`` if the facts are those of a job's probe; ``packets`` if only header, packets and first keyframes were
    read."""


@dataclass(frozen=True, slots=True)
class KnownSources:
    """Facts of sources that were previewed lately, so that a second picture of a source needs no second probe."""

    _facts: OrderedDict[_Key, SourceFacts] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def find(self, job: Job, stored: ObjectInfo) -> SourceFacts | None:
        """Return the facts of a job's source in this version, or None."""
        with self._lock:
            return self._facts.get(_key(job, stored))

    def keep(self, job: Job, facts: SourceFacts) -> None:
        """Keep the facts of a job's source, and forget those that were kept longest."""
        with self._lock:
            self._facts[_key(job, facts.stored)] = facts
            while len(self._facts) > KNOWN_SOURCES:
                self._facts.popitem(last=False)


def _key(job: Job, stored: ObjectInfo) -> _Key:
    workflow = job.workflow.workflow
    return job.source, stored.version, workflow.integrity, has_full_decode(workflow.outputs.values())


def preview_plan(job: Job, engine: Engine, known: KnownSources) -> tuple[SourceFacts, Plan]:
    """Return the facts of a job's source and the plan that the job would have.

    :raises SourceError: when the source cannot be fetched, is no media, is over a limit, or allows no output.
    :raises WorkflowInvalid: when two outputs would have one key.
    :raises PreviewTooLarge: when a source above the limit of bytes would have to be fetched as a whole.
    :raises PreviewTimeout: when the time of a preview is up.
    """
    with _timed():
        with _opened(job, engine) as source:
            facts = _facts(job, source, engine, known)
        workflow = job.workflow.workflow
        outputs = capped(workflow.outputs)
        plan = make_plan(
            workflow.model_copy(update={"outputs": outputs}),
            facts.media,
            source=_identity(job, facts),
            tools=engine.toolchain.identity,
            job_id=job.id,
            overlays=overlay_versions(workflow, engine),
        )
        refuse_long_keys(job, plan)
        plan = replace(plan, choices=(*plan.choices, *preview_choices(outputs, facts.media)))
        return facts, with_choice_of_tasks(plan, engine.one_task_seconds)


def preview_picture(job: Job, moment: Moment, engine: Engine, known: KnownSources) -> bytes:
    """Return a JPEG with the picture of an output at a moment.

    :raises SourceError: when the source cannot be fetched, is no media or is over a limit.
    :raises PreviewTooLarge: when a source above the limit of bytes would have to be fetched as a whole.
    :raises OutputUnknown: when the workflow has no such output or rung.
    :raises PictureUnavailable: when the output has no picture.
    :raises WorkflowInvalid: when a watermark's image or font cannot be read.
    :raises PreviewTimeout: when the time of a preview is up.
    """
    with _timed(), _opened(job, engine) as source:
        facts = _facts(job, source, engine, known)
        media, workflow = facts.media, job.workflow.workflow
        unit = plan_picture(workflow, media, moment, source=_identity(job, facts), tools=engine.toolchain.identity)
        if source.excerpt and media.main_video:
            moment_at = unit.artifacts[0].times[0] + media.start
            with as_source_errors(job.source):
                source.excerpt.fetch_span(str(media.main_video.index), (moment_at - LEAD, moment_at + TAIL))
        with attempt(engine) as directory:
            _draw(unit.overlays, directory, engine)
            for command in unit.commands:
                run_command(
                    command, engine, name=f"picture of {moment.output}", directory=directory, source=source.path
                )
            return (directory / FILE).read_bytes()


def _draw(overlays: Sequence[Overlay], directory: Path, engine: Engine) -> None:
    try:
        draw_overlays(overlays, directory, engine)
    except ConfigurationError as error:
        raise WorkflowInvalid(error.message) from None


@contextmanager
def _timed() -> Iterator[None]:
    try:
        yield
    except Cancelled:
        raise PreviewTimeout from None


def _identity(job: Job, facts: SourceFacts) -> SourceIdentity:
    return SourceIdentity(uri=job.source, version=facts.stored.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class _OpenedSource:
    """A source as a local file."""

    stored: ObjectInfo
    path: Path
    excerpt: Excerpt | None = None
    """Set when the file lacks most of its media."""


@contextmanager
def _opened(job: Job, engine: Engine) -> Iterator[_OpenedSource]:
    """Open a source: the whole of a small or local one, an excerpt of a large one.

    A large source of which no excerpt can be made is fetched as a whole, up to the limit of previews.
    """
    is_local = local_path(job.source) is not None
    most = engine.limits.source_bytes if is_local else min(engine.limits.source_bytes, WHOLE_BYTES)
    with ExitStack() as stack:
        try:
            stored = source_info(job.source, replace(engine, limits=replace(engine.limits, source_bytes=most)))
        except SourceTooLarge:
            directory = stack.enter_context(attempt(engine))
            if excerpt := _excerpt(job, directory, engine):
                yield _OpenedSource(stored=excerpt.stored, path=excerpt.path, excerpt=excerpt)
                return
            stored = source_info(job.source, engine)
        path = stack.enter_context(source_file(job.source, engine, version=stored.version))
        yield _OpenedSource(stored=stored, path=path)


def _excerpt(job: Job, directory: Path, engine: Engine) -> Excerpt | None:
    """Return the excerpt of a source; None where there cannot be one and the whole source may be fetched.

    :raises PreviewTooLarge: when there cannot be one, and the source is too large to be fetched.
    """
    use = ExcerptUse(
        beginning=MEDIA_BYTES,
        most=engine.limits.source_bytes,
        purpose="a preview",
        advice="Submit a job, or try a smaller source.",
        error=PreviewTooLarge,
    )
    with as_source_errors(job.source):
        return make_excerpt(job.source, directory / "excerpt", engine, use)


def _facts(job: Job, source: _OpenedSource, engine: Engine, known: KnownSources) -> SourceFacts:
    if found := known.find(job, source.stored):
        return found
    facts = _probed(source, job, engine)
    known.keep(job, facts)
    return facts


def _probed(source: _OpenedSource, job: Job, engine: Engine) -> SourceFacts:
    """Return the facts of a file; the whole file is decoded only where this takes little."""
    media = probe_packets(
        source.path,
        toolchain=engine.toolchain,
        limits=replace(engine.limits, source_bytes=max(engine.limits.source_bytes, source.stored.size)),
        require_sandbox=engine.require_sandbox,
        cancelled=engine.cancelled,
    )
    decoding = sum(cost.decoding(video, video.duration) for video in media.video) + cost.SOUND * media.duration
    if source.excerpt or decoding > DECODED_COST:
        return SourceFacts(stored=source.stored, media=media, basis="packets")
    workflow = job.workflow.workflow
    media = probe(
        source.path,
        toolchain=engine.toolchain,
        limits=engine.limits,
        integrity=workflow.integrity,
        may_defer=has_full_decode(workflow.outputs.values()),
        require_sandbox=engine.require_sandbox,
        cancelled=engine.cancelled,
    )
    return SourceFacts(stored=source.stored, media=media, basis="decoded")
