"""Media operations as tasks of a state machine. They run the same core stages as the operators of the same names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.execution import stages
from airflow_provider_media.core.jobs.model import Job
from airflow_provider_media.core.planning.output_kinds import output_kinds
from airflow_provider_media.core.serde import to_json
from airflow_provider_media.operators.media_operator import summary
from airflow_provider_media.operators.output import one_output
from airflow_provider_media.state_machines.resources.media_workflow import ingest

if TYPE_CHECKING:
    from airflow_provider_media.state_machines.resources.invocation_context import InvocationContext

PREFIX = "media:"
Operation = Callable[[dict[str, Any], "InvocationContext"], Any]
"""Does the work of a task. It gets the task's arguments, which it may change, and the invocation context."""
REPORT = {"kind": "probe_report"}


def probe(arguments: dict[str, Any], invocation: InvocationContext) -> dict[str, Any]:
    """Return the facts of ``source``; ``integrity`` works as in a workflow."""
    source, integrity = _taken(arguments, "source"), arguments.pop("integrity", "strict")
    _nothing_left(arguments, "source", "integrity")
    job = Job(id=invocation.id, source=source, workflow=one_output(REPORT, integrity=integrity), output="")
    facts: dict[str, Any] = to_json(stages.probe(job, invocation.engine()))
    return facts


def make(kind: str, arguments: dict[str, Any], invocation: InvocationContext) -> dict[str, Any]:
    """Make one output of ``source`` below ``location``.

    The other arguments are the output's fields in the form of a workflow file.
    """
    from airflow_provider_media.core.execution.run import run

    source, output = _taken(arguments, "source"), _folder(arguments)
    integrity = arguments.pop("integrity", "strict")
    job = Job(
        id=invocation.id,
        source=source,
        workflow=one_output({**arguments, "kind": kind}, integrity=integrity),
        output=output,
    )
    return summary(run(job, invocation.engine(output)))


def watermark(arguments: dict[str, Any], invocation: InvocationContext) -> dict[str, Any]:
    """Make a transcode with the one watermark that ``watermark`` describes."""
    one = arguments.pop("watermark", None)
    if not isinstance(one, Mapping):
        raise ConfigurationError("media:watermark needs 'watermark', an object with image or text", field="watermark")
    return make("transcode", {**arguments, "watermarks": [dict(one)]}, invocation)


def package(arguments: dict[str, Any], invocation: InvocationContext) -> dict[str, Any]:
    """Package ``renditions`` (URIs of files with one stream each) as HLS and DASH below ``location``."""
    from airflow_provider_media.core.execution.standalone import Packaging, package_files
    from airflow_provider_media.core.outputs.ladder import LadderSpec

    renditions, output = arguments.pop("renditions", None), _folder(arguments)
    if not isinstance(renditions, list) or not renditions or not all(isinstance(uri, str) for uri in renditions):
        raise ConfigurationError("media:package needs 'renditions', a list of URIs", field="renditions")
    ladder = one_output({**_only(arguments, "protocols", "segment_seconds", "iframe_playlists"), "kind": "ladder"})
    spec = ladder.workflow.outputs["ladder"]
    assert isinstance(spec, LadderSpec)
    packaging = Packaging(
        prefix="",
        protocols=spec.protocols,
        segment_seconds=Fraction(str(spec.segment_seconds)),
        iframe_playlists=spec.iframe_playlists,
    )
    job = Job(id=invocation.id, source="", workflow=ladder, output=output)
    return summary(package_files(job, renditions, packaging, invocation.engine(output)))


def join(arguments: dict[str, Any], invocation: InvocationContext) -> dict[str, Any]:
    """Join ``parts``, URIs of consecutive slices of one video, with the audio of ``sound``.

    The joined file goes to ``path`` below ``location``.
    """
    from airflow_provider_media.core.execution.joining import join_files

    parts, sound, path, output = (
        *(arguments.pop(name, None) for name in ("parts", "sound", "path")),
        _folder(arguments),
    )
    if not isinstance(parts, list) or not parts or not all(isinstance(uri, str) for uri in parts):
        raise ConfigurationError("media:join needs 'parts', a list of URIs", field="parts")
    _nothing_left(arguments, "parts", "sound", "path", "location")
    job = Job(id=invocation.id, source="", workflow=one_output(REPORT), output=output)
    return summary(join_files(job, parts, sound, str(path or "joined.mp4"), invocation.engine(output)))


def publish(arguments: dict[str, Any], invocation: InvocationContext) -> dict[str, Any]:
    """Publish finished ``files`` (URI by key) below ``location``, committed with one manifest."""
    from airflow_provider_media.core.execution.standalone import publish_files

    files, output = arguments.pop("files", None), _folder(arguments)
    if not isinstance(files, Mapping):
        raise ConfigurationError(
            "media:publish needs 'files', an object with the URI of each file by its key", field="files"
        )
    _nothing_left(arguments, "files", "location")
    job = Job(id=invocation.id, source="", workflow=one_output(REPORT), output=output)
    return summary(publish_files(job, dict(files), invocation.engine(output)))


OPERATIONS: dict[str, Operation] = {
    "probe": probe,
    **{name: partial(make, name) for name, kind in output_kinds().items() if kind.makes_media},
    "watermark": watermark,
    "package": package,
    "join": join,
    "publish": publish,
    "ingest": ingest,
}


def _taken(arguments: dict[str, Any], name: str) -> str:
    value = arguments.pop(name, None)
    if not isinstance(value, str) or not value:
        raise ConfigurationError(f"{name!r} is missing: give its URI in the task's Parameters or Arguments", field=name)
    return value


def _folder(arguments: dict[str, Any]) -> str:
    return _taken(arguments, "location").rstrip("/") + "/"


def _only(arguments: dict[str, Any], *names: str) -> dict[str, Any]:
    found = {name: arguments.pop(name) for name in names if name in arguments}
    _nothing_left(arguments, *names)
    return found


def _nothing_left(arguments: Mapping[str, Any], *names: str) -> None:
    if arguments:
        raise ConfigurationError(f"there is no {', '.join(map(repr, arguments))} here; allowed are {', '.join(names)}")
