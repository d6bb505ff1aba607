"""Search for the constant rate factors of a job's outputs with a target of quality, by encoding samples of its source.

What a search has found is kept like the facts of the source, under a key of everything that the search depends on.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from airflow_provider_media import __version__
from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.execution.commands import run_command
from airflow_provider_media.core.execution.workspace import attempt, source_file
from airflow_provider_media.core.ffmpeg.errors import Cancelled
from airflow_provider_media.core.ffmpeg.progress import Progress
from airflow_provider_media.core.ffmpeg.vmaf import mean_score
from airflow_provider_media.core.jobs.model import Engine, Job
from airflow_provider_media.core.jobs.places import RECORD_BYTES, probe_uri
from airflow_provider_media.core.media.info import MediaInfo
from airflow_provider_media.core.media.uri import redact
from airflow_provider_media.core.outputs import OutputSpec, TranscodeSpec
from airflow_provider_media.core.planning.crf_search import MOST_PROBES, Probe
from airflow_provider_media.core.planning.names import SourceIdentity
from airflow_provider_media.core.planning.samples import Trial, margin, sample_spans, sample_work
from airflow_provider_media.core.planning.steering import (
    Searched,
    SteeredOutput,
    SteeredRendition,
    Steering,
    found_choices,
    later_choice,
    searched_span,
    searched_videos,
    unsearched_note,
    unsearched_reason,
)
from airflow_provider_media.core.planning.timing import Span
from airflow_provider_media.core.planning.units import UnitBuilder
from airflow_provider_media.core.plans import Command
from airflow_provider_media.core.serde import digest, from_json, to_json
from airflow_provider_media.core.storage.errors import ObjectNotFound

_LOSSLESS = ".lossless"


def search_outputs(
    outputs: Mapping[str, OutputSpec],
    job: Job,
    media: MediaInfo,
    source: SourceIdentity,
    engine: Engine,
    *,
    may_encode: bool = True,
) -> Steering:
    """Return the constant rate factors of the outputs that have a target, from an earlier search if there is one.

    An output whose search fails keeps its own constant rate factor or the codec's, and the notes say so.

    :param may_encode: whether samples may be encoded; earlier searches alone are used otherwise.
    :raises Cancelled: when the job was cancelled.
    """
    media = replace(media, is_decode_deferred=False)
    found: dict[str, SteeredOutput] = {}
    choices: list[str] = []
    notes: list[str] = []
    for name, spec in outputs.items():
        if reason := unsearched_reason(spec, media):
            notes.append(unsearched_note(name, reason))
        span, videos = searched_span(spec, media), searched_videos(name, spec, media)
        if not videos or span is None:
            continue
        search = _Search(name=name, videos=videos, span=span, media=media, source=source, job=job, engine=engine)
        known = search.known()
        if not known and not may_encode:
            choices.append(later_choice(name))
            continue
        try:
            found[name] = known or search.searched()
        except Cancelled:
            raise
        except MediaError as error:
            notes.append(f"{name}: the search for a crf failed, and the usual crf holds: {error.message}")
        else:
            choices += found_choices(name, found[name], videos[0].target, is_known=known is not None)
    return Steering(outputs=found, choices=tuple(choices), notes=tuple(notes))


@dataclass(slots=True, kw_only=True)
class _Search:
    """Search for one output: rounds of trials, each of all videos that are not settled."""

    name: str
    videos: Sequence[Searched]
    span: Span
    media: MediaInfo
    source: SourceIdentity
    job: Job
    engine: Engine
    cpu_seconds: float = 0.0
    _done: int = 0

    def known(self) -> SteeredOutput | None:
        """Return what an earlier search has found; None without one, or where the workflow makes everything anew."""
        if not self.job.workflow.workflow.reuse:
            return None
        # ValueError: the record is spoilt.
        with suppress(ObjectNotFound, ValueError):
            uri = self._record()
            return from_json(SteeredOutput, json.loads(self.engine.storages(uri).read(uri, limit=RECORD_BYTES)))
        return None

    def searched(self) -> SteeredOutput:
        """Search, and keep what is found."""
        found, uri = self._found(), self._record()
        self.engine.storages(uri).write(uri, json.dumps(to_json(found)).encode(), media_type="application/json")
        return found

    def _record(self) -> str:
        facts: dict[str, Any] = {
            "source": {"uri": redact(self.source.uri), "version": self.source.version},
            "videos": [[each.rendition, to_json(each.spec), to_json(each.target)] for each in self.videos],
            "tools": self.engine.toolchain.identity,
            "package": __version__,
        }
        return probe_uri(self.job.output, self.job.account, digest({"steering": facts}))

    def _found(self) -> SteeredOutput:
        spans, builder = sample_spans(self.span, max(each.gop_seconds for each in self.videos)), self._builder()
        smaller = self._smaller(spans[0], builder)
        probes: dict[str, list[Probe]] = {each.rendition: [] for each in self.videos}
        goals = {each.rendition: each.target.target for each in self.videos}
        aims = dict(goals)
        lossless = [Trial(name=name + _LOSSLESS, spec=spec, crf=None) for name, spec in smaller.items()]
        while trials := self._trials(probes, aims):
            results = self._round([*trials, *lossless], spans, builder)
            for trial in trials:
                probes[trial.name].append(results[trial.name].probe(trial.crf or 0.0))
            if lossless:
                shares = {name: results[name + _LOSSLESS].mean / 100 for name in smaller}
                goals = {name: round(goal * shares.get(name, 1.0), 2) for name, goal in goals.items()}
                lossless = []
            if max(map(len, probes.values())) == 1:
                aims = {name: goal + margin(results[name].scores) for name, goal in goals.items()}
        renditions = tuple(_steered(each, probes[each.rendition], goals, aims) for each in self.videos)
        return SteeredOutput(renditions=renditions, samples=len(spans), cpu_seconds=round(self.cpu_seconds, 1))

    def _builder(self) -> UnitBuilder:
        return UnitBuilder(media=self.media, source=self.source, tools=self.engine.toolchain.identity)

    def _smaller(self, span: Span, builder: UnitBuilder) -> dict[str, TranscodeSpec]:
        """Return the videos that are smaller than what they are compared with."""
        trials = [Trial(name=each.rendition, spec=each.spec, crf=None) for each in self.videos]
        work = sample_work(trials, span, self.media, builder)
        return {each.rendition: each.spec for each in self.videos if work.is_smaller[each.rendition]}

    def _trials(self, probes: Mapping[str, Sequence[Probe]], aims: Mapping[str, float]) -> list[Trial]:
        trials = []
        for each in self.videos:
            crf = each.search(aims[each.rendition]).next_crf(probes[each.rendition])
            if crf is not None:
                trials.append(Trial(name=each.rendition, spec=each.spec, crf=crf))
        return trials

    def _round(self, trials: Sequence[Trial], spans: Sequence[Span], builder: UnitBuilder) -> dict[str, _Samples]:
        """Encode all samples in several ways, and compare them; return the results by the trials' names."""
        results = {trial.name: _Samples() for trial in trials}
        with source_file(self.job.source, self.engine, version=self.source.version) as source:
            for span in spans:
                work = sample_work(trials, span, self.media, builder)
                with attempt(self.engine) as directory:
                    self._run(work.encode, source, directory)
                    for name, result in results.items():
                        self._run(work.comparisons[name], source, directory)
                        result.scores.append(mean_score(directory / work.logs[name]))
                        result.bits.append((directory / work.files[name]).stat().st_size * 8 / span.seconds)
                self._report(len(spans))
        return results

    def _run(self, command: Command, source: Path, directory: Path) -> None:
        name = f"search of the crf of {self.name}"
        # Each command is a small share of the search, whose own progress is told after each sample.
        finished = run_command(
            command, self.engine, name=name, directory=directory, source=source, report=lambda _: None
        )
        self.cpu_seconds += finished.cpu_seconds

    def _report(self, samples: int) -> None:
        self._done += 1
        percent = 100 * self._done / (samples * MOST_PROBES)
        self.engine.report(Progress(name=f"search of the crf of {self.name}", percent=min(100.0, percent)))


@dataclass(slots=True)
class _Samples:
    """Results of one trial, one for each sample."""

    scores: list[float] = field(default_factory=list)
    bits: list[float] = field(default_factory=list)
    """Bits per second."""

    @property
    def mean(self) -> float:
        return statistics.fmean(self.scores)

    def probe(self, crf: float) -> Probe:
        return Probe(crf=crf, score=self.mean, bitrate=statistics.fmean(self.bits))


def _steered(
    video: Searched, probes: Sequence[Probe], goals: Mapping[str, float], aims: Mapping[str, float]
) -> SteeredRendition:
    found = video.search(aims[video.rendition]).found(probes)
    return SteeredRendition(
        rendition=video.rendition,
        crf=found.crf,
        vmaf=round(found.score, 2),
        goal=goals[video.rendition],
        bitrate=round(found.bitrate),
        probes=len(probes),
    )
