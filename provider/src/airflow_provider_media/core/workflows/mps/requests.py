"""``ProcessMedia`` requests: source, output location and outputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from airflow_provider_media.core.media.uri import parse, scheme_of
from airflow_provider_media.core.workflows.mps.part import Part
from airflow_provider_media.core.workflows.mps.places import address_of, bucket_of
from airflow_provider_media.core.workflows.mps.streaming import STREAMS, ladder
from airflow_provider_media.core.workflows.mps.templates import PICTURES, TRANSCODES, template
from airflow_provider_media.core.workflows.mps.transcodes import raw_transcode
from airflow_provider_media.core.workflows.mps.watermarks import span, watermarks_of

Fields = Mapping[str, Any]
_VARIABLES = {"{inputName}": "{input_name}", "{inputFormat}": "{input_format}", "{inputDir}": "{input_dir}"}


def source_of(request: Fields) -> str:
    """Return the URI of a request's source.

    :raises ConfigurationError: when the request names no source.
    """
    return address_of(Part(fields=request).part("InputInfo"))


def location_of(request: Fields) -> str:
    """Return the URI of the output location.

    The bucket is that of ``OutputStorage``, or else the source's. The folder is ``OutputDir``; without it, the top
    folder of ``OutputStorage``, or else the source's folder.

    :raises ConfigurationError: when the request determines no location.
    """
    asked, source = Part(fields=request), source_of(request)
    elsewhere = asked.get("OutputStorage") is not None
    bucket = bucket_of(asked.part("OutputStorage")) if elsewhere else None
    if bucket is None and scheme_of(parse(source).scheme).form != "bucket":
        raise asked.wrong("OutputStorage", "needs a bucket where the source is a URL")
    scheme_and_bucket = f"s3://{bucket}" if bucket else "/".join(source.split("/")[:3])
    folder = asked.get("OutputDir")
    if folder is None:
        return f"{scheme_and_bucket}/" if elsewhere else source.rpartition("/")[0] + "/"
    if not isinstance(folder, str) or not folder.startswith("/") or not folder.endswith("/"):
        raise asked.wrong("OutputDir", "must begin and end with /")
    return scheme_and_bucket + folder


def outputs_of(request: Fields) -> dict[str, dict[str, Any]]:
    """Return the outputs of a request by name, in the form of a workflow.

    :raises ConfigurationError: with the name of an unsupported field.
    """
    asked = Part(fields=request)
    wanted = asked.part("MediaProcessTask")
    wanted.only(*_KINDS)
    found = dict(_outputs(wanted, str(asked.get("OutputDir", "/"))))
    if not found:
        raise asked.wrong("MediaProcessTask", "asks for nothing")
    return found


def _outputs(wanted: Part, folder: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, kind in _KINDS.items():
        for index, task in enumerate(wanted.parts(name)):
            task.only("Definition", "OutputObjectPath", *kind.fields)
            spec = {"kind": kind.name, **kind.made(task), **watermarks_of(task)}
            yield f"{kind.name}_{index + 1}", {**spec, "path": _path(task, kind, folder)}


def _path(task: Part, kind: _Kind, folder: str) -> str:
    usual = f"{kind.prefix}_{{definition}}{'' if kind.single else '_{number}'}.{{format}}"
    path = str(task.get("OutputObjectPath", usual))
    for theirs, ours in {**_VARIABLES, "{definition}": str(task.get("Definition"))}.items():
        path = path.replace(theirs, ours)
    if path.startswith("/"):
        if not path.startswith(folder):
            raise task.wrong("OutputObjectPath", f"{path} is not below OutputDir {folder}")
        path = path.removeprefix(folder)
    return path if path.endswith(".{format}") else path + ".{format}"


def _transcode(task: Part) -> dict[str, Any]:
    spec = raw_transcode(task.part("RawParameter")) if task.get("Definition") == 0 else template(task, TRANSCODES)
    trim = span(task)
    return {**spec, "trim": trim} if trim else spec


def _snapshots(task: Part) -> dict[str, Any]:
    at = task.get("ExtTimeOffsetSet") or [f"{seconds}s" for seconds in task.get("TimeOffsetSet", ())]
    return {**template(task, PICTURES["SnapshotByTimeOffsetTaskSet"]), "at": at}


def _animated(task: Part) -> dict[str, Any]:
    start, end = (f"{task.needed(field)}s" for field in ("StartTimeOffset", "EndTimeOffset"))
    return {**template(task, PICTURES["AnimatedGraphicTaskSet"]), "start": start, "end": end}


def _sampled(task: Part) -> dict[str, Any]:
    return template(task, PICTURES["SampleSnapshotTaskSet"])


def _sprites(task: Part) -> dict[str, Any]:
    return template(task, PICTURES["ImageSpriteTaskSet"])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """One kind of task.

    :param name: this package's kind of output.
    :param prefix: default beginning of its path.
    :param made: makes the spec.
    :param fields: further fields.
    :param single: whether the task makes one file or one folder, rather than a numbered series.
    """

    name: str
    prefix: str
    made: Callable[[Part], dict[str, Any]]
    fields: tuple[str, ...] = ()
    single: bool = False


_SPAN = ("StartTimeOffset", "EndTimeOffset")
_KINDS = {
    "TranscodeTaskSet": _Kind(
        name="transcode",
        prefix="{inputName}_transcode",
        made=_transcode,
        fields=(*_SPAN, "RawParameter", "WatermarkSet"),
        single=True,
    ),
    "SnapshotByTimeOffsetTaskSet": _Kind(
        name="snapshots",
        prefix="{inputName}_snapshotByTimeOffset",
        made=_snapshots,
        fields=("ExtTimeOffsetSet", "TimeOffsetSet", "WatermarkSet"),
    ),
    "SampleSnapshotTaskSet": _Kind(
        name="sampled_snapshots", prefix="{inputName}_sampleSnapshot", made=_sampled, fields=("WatermarkSet",)
    ),
    "ImageSpriteTaskSet": _Kind(name="sprites", prefix="{inputName}_imageSprite", made=_sprites),
    "AnimatedGraphicTaskSet": _Kind(
        name="animated_image", prefix="{inputName}_animatedGraphic", made=_animated, fields=_SPAN, single=True
    ),
    "AdaptiveDynamicStreamingTaskSet": _Kind(
        name="ladder",
        prefix="{inputName}_adaptiveDynamicStreaming",
        made=ladder,
        fields=(STREAMS, "WatermarkSet"),
        single=True,
    ),
}
"""Kinds of tasks by the name of their field in a request."""
