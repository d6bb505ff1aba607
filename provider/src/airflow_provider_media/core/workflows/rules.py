"""Cross checks: mistakes in a workflow whose single fields are all valid."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from airflow_provider_media.core.dag_ids import RESERVED_WORKFLOW_NAMES
from airflow_provider_media.core.diagnostics import Diagnostic, Severity
from airflow_provider_media.core.errors import ConfigurationError, WorkflowInvalid
from airflow_provider_media.core.media import uri
from airflow_provider_media.core.media.notation import Offset
from airflow_provider_media.core.media.schemes import Capability, Scheme, all_schemes, find_scheme
from airflow_provider_media.core.outputs import (
    OutputSpec,
    TranscodeSpec,
    Watermark,
)
from airflow_provider_media.core.planning.names import NamedOutput, Naming, SourceIdentity, refuse_collisions
from airflow_provider_media.core.planning.output_kinds import kind_of
from airflow_provider_media.core.typesetting.coverage import missing_letters
from airflow_provider_media.core.workflows.local_fonts import may_look_at
from airflow_provider_media.core.workflows.model import Workflow
from airflow_provider_media.core.workflows.node import YamlNode
from airflow_provider_media.core.workflows.rule_finding import Rule, RuleFinding
from airflow_provider_media.core.workflows.schedule_rules import SCHEDULE_ERRORS
from airflow_provider_media.core.workflows.wording import FieldPath, dotted

TAG_CHARACTERS = 100
"""Longest tag of a DAG in Airflow."""
_SAMPLE = SourceIdentity(uri="s3://bucket/folder/name.source", version="")


def key_refused(workflow: Workflow) -> Iterator[RuleFinding]:
    """Every output has its own keys, outside the folder for the jobs' private files."""
    naming = Naming(source=_SAMPLE, template=workflow.output.path, workflow=workflow.name, job_id="job")
    keys: list[tuple[str, str]] = []
    for name, spec in workflow.outputs.items():
        try:
            keys += [(name, key) for key in _keys(naming, name, spec)]
            refuse_collisions(keys)
        except WorkflowInvalid as error:
            yield RuleFinding(path=("outputs", name, "path"), message=error.message.removeprefix(f"output {name}: "))
            return


def name_reserved(workflow: Workflow) -> Iterator[RuleFinding]:
    """The id of a workflow's DAG must not begin like the ids of this package's own DAGs."""
    if workflow.name.startswith(RESERVED_WORKFLOW_NAMES):
        yield RuleFinding(
            path=("name",),
            message=(
                f"{workflow.name} begins like DAGs of this package ({', '.join(RESERVED_WORKFLOW_NAMES)}): take another"
                " name"
            ),
        )


def location_unreachable(workflow: Workflow) -> Iterator[RuleFinding]:
    """Outputs go to a bucket or a folder."""
    location = workflow.output.location
    if location is not None and (problem := _uri_problem(location, lambda scheme: scheme.takes_outputs)):
        yield RuleFinding(path=("output", "location"), message=problem)


def watermark_unreachable(workflow: Workflow) -> Iterator[RuleFinding]:
    """Images and fonts of watermarks are fetched like sources."""
    for path, mark in _watermarks(workflow):
        for field in ("image", "font"):
            value = getattr(mark, field)
            if value is not None and (problem := _uri_problem(value, lambda scheme: scheme.is_advertised)):
                yield RuleFinding(path=(*path, field), message=problem)


def letters_missing(workflow: Workflow) -> Iterator[RuleFinding]:
    """A font has every letter of the text; a font that is not readable on this machine is not checked."""
    for path, mark in _watermarks(workflow):
        font = _font_here(mark)
        if mark.text is None or (mark.font and font is None):
            continue
        try:
            missing = missing_letters(mark.text, font)
        except ValueError:
            yield RuleFinding(path=(*path, "font"), message="is no TrueType or OpenType font with outlines")
        except OSError:
            continue
        else:
            which = "the watermark's font has" if font else "the fonts that come along have"
            if missing:
                yield RuleFinding(
                    path=(*path, "text"), message=f"{which} no {missing!r}: name a TrueType or OpenType font that has"
                )


def ends_before_start(workflow: Workflow) -> Iterator[RuleFinding]:
    """A time range ends after its start."""
    ranges: list[tuple[FieldPath, Any]] = list(_watermarks(workflow))
    for name, spec in workflow.outputs.items():
        if {"start", "end"} <= set(type(spec).model_fields):
            ranges.append((("outputs", name), spec))
        if isinstance(spec, TranscodeSpec) and spec.trim:
            ranges.append((("outputs", name, "trim"), spec.trim))
    for path, span in ranges:
        if span.end is not None and not _before(span.start or Offset(span.end.value * 0, span.end.unit), span.end):
            yield RuleFinding(path=(*path, "end"), message=f"{span.end} is not after start {span.start or '0s'}")


def tag_too_long(workflow: Workflow) -> Iterator[RuleFinding]:
    """Airflow makes no DAG with a longer tag."""
    for index, tag in enumerate(workflow.tags):
        if len(tag) > TAG_CHARACTERS:
            message = f"has {len(tag)} characters; a tag has at most {TAG_CHARACTERS}: shorten it"
            yield RuleFinding(path=("tags", index), message=message)


def queue_mismatched(workflow: Workflow) -> Iterator[RuleFinding]:
    """A queue is set if and only if the events come from a queue."""
    trigger = workflow.trigger
    if trigger is None or (trigger.events == "sqs") == (trigger.queue is not None):
        return
    message = "is read only with 'events: sqs': add that, or take the queue out"
    if trigger.queue is None:
        message = "is missing: 'events: sqs' needs the URL of the queue that the bucket's notifications go to"
    yield RuleFinding(path=("trigger", "queue"), message=message)


def notification_insecure(workflow: Workflow) -> Iterator[RuleFinding]:
    """Notifications go to complete addresses, and their secrets are stored in a connection."""
    for index, notification in enumerate(workflow.notifications):
        target = notification.target
        if problem := target.definition.problem(target.address):
            yield RuleFinding(path=("notifications", index, target.kind), message=problem)


def notification_unencrypted(workflow: Workflow) -> Iterator[RuleFinding]:
    """Notifications should be encrypted."""
    for index, notification in enumerate(workflow.notifications):
        target = notification.target
        if warning := target.definition.warning(target.address):
            yield RuleFinding(path=("notifications", index, target.kind), message=warning)


def sources_share_keys(workflow: Workflow) -> Iterator[RuleFinding]:
    """Outputs of one source should not overwrite those of another."""
    for name, spec in workflow.outputs.items():
        if not any(f"{{{variable}}}" in _template(workflow, spec) for variable in ("input_name", "job_id")):
            message = "is the same for every source, so each job overwrites the last: add {input_name} or {job_id}"
            yield RuleFinding(path=("outputs", name, "path"), message=message)


def outputs_among_uploads(workflow: Workflow) -> Iterator[RuleFinding]:
    """Outputs should not be stored among the uploads, where each listing reads them again."""
    trigger, location = workflow.trigger, workflow.output.location
    if trigger is None:
        return
    watched = f"s3://{trigger.bucket}/{trigger.prefix}"
    if location is None or location.startswith(watched) or watched.startswith(location):
        message = (
            f"lies among the uploads at {watched}; outputs are recognised and start no job, but another prefix keeps"
            " listings short"
        )
        yield RuleFinding(path=("output", "location"), message=message)


def only_a_report(workflow: Workflow) -> Iterator[RuleFinding]:
    """A workflow usually makes media."""
    if not any(kind_of(spec).makes_media for spec in workflow.outputs.values()):
        yield RuleFinding(path=("outputs",), message="makes a report and no media")


def nothing_required(workflow: Workflow) -> Iterator[RuleFinding]:
    """At least one output should be required: a job with only optional outputs succeeds even with no output at all."""
    if not any(spec.required for spec in workflow.outputs.values()):
        yield RuleFinding(
            path=("outputs",), message="all outputs are optional, so a job that makes nothing still succeeds"
        )


def watermark_not_drawn(workflow: Workflow) -> Iterator[RuleFinding]:
    """A stream copy of video shows no watermark."""
    for name, spec in workflow.outputs.items():
        if workflow.watermarks and isinstance(spec, TranscodeSpec) and spec.watermarks is None and spec.video == "copy":
            message = (
                "copies its picture, so the workflow's watermarks do not show; 'watermarks: []' says that this is meant"
            )
            yield RuleFinding(path=("outputs", name), message=message)


def font_unread(workflow: Workflow) -> Iterator[RuleFinding]:
    """A font file of this machine should be readable, so that its letters can be checked."""
    for path, mark in _watermarks(workflow):
        font = _font_here(mark) if mark.text else None
        if font is not None and not os.access(font, os.R_OK):
            message = (
                "cannot be read here, so nobody has looked whether it has the letters of the text; it must be there for"
                " the workers"
            )
            yield RuleFinding(path=(*path, "font"), message=message)


ERRORS: tuple[Rule, ...] = (
    name_reserved,
    key_refused,
    location_unreachable,
    watermark_unreachable,
    letters_missing,
    ends_before_start,
    *SCHEDULE_ERRORS,
    tag_too_long,
    queue_mismatched,
    notification_insecure,
)
WARNINGS: tuple[Rule, ...] = (
    notification_unencrypted,
    sources_share_keys,
    outputs_among_uploads,
    only_a_report,
    nothing_required,
    watermark_not_drawn,
    font_unread,
)


def check(workflow: Workflow, tree: YamlNode) -> list[Diagnostic]:
    """Return the findings of every rule.

    :param tree: the workflow's document, for the places of findings.
    """
    return [*_broken(ERRORS, "error", workflow, tree), *_broken(WARNINGS, "warning", workflow, tree)]


def _broken(rules: tuple[Rule, ...], severity: Severity, workflow: Workflow, tree: YamlNode) -> Iterator[Diagnostic]:
    for rule in rules:
        for finding in rule(workflow):
            yield Diagnostic(
                mark=tree.nearest(finding.path).mark,
                field=dotted(finding.path),
                message=finding.message,
                rule=rule.__name__.replace("_", "-"),
                severity=severity,
            )


def _template(workflow: Workflow, spec: OutputSpec) -> str:
    return spec.path or workflow.output.path


def _keys(naming: Naming, name: str, spec: OutputSpec) -> list[str]:
    """Return the keys that an output would write for a sample source, as plans name them."""
    output = NamedOutput(name=name, path=spec.path, preset=getattr(spec, "preset", None))
    return kind_of(spec).sample_keys(naming, output, spec)


def _watermarks(workflow: Workflow) -> Iterator[tuple[FieldPath, Watermark]]:
    yield from ((("watermarks", index), mark) for index, mark in enumerate(workflow.watermarks))
    for name, spec in workflow.outputs.items():
        yield from (
            (("outputs", name, "watermarks", index), mark)
            for index, mark in enumerate(getattr(spec, "watermarks", None) or ())
        )


def _font_here(mark: Watermark) -> Path | None:
    """Return the file of a watermark's own font; None if the check may not look at it here."""
    if mark.font is None or _uri_problem(mark.font, lambda scheme: Capability.IN_PLACE in scheme.capabilities):
        return None
    path = uri.local_path(mark.font)
    return path if path is not None and may_look_at(path) else None


def _uri_problem(text: str, is_allowed: Callable[[Scheme], bool]) -> str | None:
    name, separator, _ = text.partition("://")
    try:
        scheme = find_scheme(name) if separator else None
        if scheme is None or scheme.name != name or not is_allowed(scheme):
            allowed = ", ".join(f"{scheme.name}://" for scheme in all_schemes() if is_allowed(scheme))
            # The part after a question mark may be a signature.
            return f"{text.partition('?')[0]!r} has no scheme that is read here; allowed: {allowed}"
        uri.parse(text)
    except ConfigurationError as error:
        return error.message
    return None


def _before(start: Offset, end: Offset) -> bool:
    """Return whether start may lie before end; True if only the duration can decide."""
    comparable = (
        start.unit == end.unit and start.negative == end.negative and start.frames is None and end.frames is None
    )
    return not comparable or start.value < end.value
