"""Requests of Tencent's media processing service as outputs of ours: ``ProcessMedia`` with the templates that come with it.

Source of fields and templates: the service's API of 2019-06-12 and its page of preset templates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from airflow_provider_media.core.errors import ConfigurationError

Fields = Mapping[str, Any]
_VARIABLES = {"{inputName}": "{input_name}", "{inputFormat}": "{input_format}", "{inputDir}": "{input_dir}"}


def _file(codec: str, kilobits: int, rate: int, audio: int = 48, **size: int) -> dict[str, Any]:
    sound = {"bitrate": 1000 * audio, "channels": 2, "sample_rate": 44100}
    return {"container": "mp4", "video": {"codec": codec, "bitrate": 1000 * kilobits, "frame_rate": rate, **size}, "audio": sound}


def _sound(container: str, kilobits: int) -> dict[str, Any]:
    return {"container": container, "video": "drop", "audio": {"bitrate": 1000 * kilobits, "channels": 2, "sample_rate": 44100}}


TRANSCODES: dict[int, dict[str, Any]] = {
    10: _file("h264", 256, 24, width=320),
    20: _file("h264", 512, 24, width=640),
    30: _file("h264", 1024, 24, width=1280),
    40: _file("h264", 2500, 24, width=1920),
    70: _file("h264", 3072, 30, height=1440),
    80: _file("h264", 6144, 30, height=2160),
    510: _file("h265", 250, 15, height=240),
    520: _file("h265", 600, 24, height=480),
    530: _file("h265", 800, 25, height=720),
    540: _file("h265", 1400, 30, height=1080),
    570: _file("h265", 2048, 30, height=1440),
    580: _file("h265", 4096, 30, height=2160),
    100010: _file("h264", 400, 25, 64, height=360),
    100020: _file("h264", 1000, 25, 64, height=540),
    100030: _file("h264", 1800, 25, 128, height=720),
    100040: _file("h264", 2500, 25, 128, height=1080),
    100070: _file("h264", 3000, 25, 160, height=1440),
    100080: _file("h264", 6000, 25, 160, height=2160),
    875: {"container": "mp4", "video": "copy", "audio": "copy"},
    **{number: _sound("m4a", rate) for number, rate in ((1100, 24), (1110, 48), (1120, 96), (1130, 192), (1140, 256))},
    **{number: _sound("mp3", rate) for number, rate in ((1010, 128), (1020, 320))},
}
"""Preset templates of transcodes that make one file."""
PICTURES: dict[str, dict[int, dict[str, Any]]] = {
    "SnapshotByTimeOffsetTaskSet": {10: {"format": "jpg"}},
    "SampleSnapshotTaskSet": {10: {"format": "jpg", "every": "10%"}},
    "ImageSpriteTaskSet": {10: {"format": "jpg", "every": "10s", "columns": 10, "rows": 10, "width": 142, "height": 80}},
    "AnimatedGraphicTaskSet": {20000: {"format": "gif", "frame_rate": 2}, 20001: {"format": "webp", "frame_rate": 2}},
}
"""Preset templates of pictures."""


def source_of(request: Fields) -> str:
    """URI of the source of a request.

    :raises ConfigurationError: where it names none.
    """
    info = _object(request, "InputInfo")
    kind = info.get("Type")
    if kind == "URL":
        return str(_needed(_object(info, "UrlInputInfo"), "Url"))
    bucket, key = _place(info, kind, "InputInfo", "Input")
    return f"s3://{bucket}/{str(key).lstrip('/')}"


def location_of(request: Fields) -> str:
    """URI below which outputs go: the bucket of the outputs, or else the source's, and ``OutputDir``, or else the source's folder.

    :raises ConfigurationError: where it is nowhere.
    """
    storage, source = request.get("OutputStorage"), source_of(request)
    if storage is None and not source.startswith("s3://"):
        raise ConfigurationError("ProcessMedia: OutputStorage is needed where the source is a URL", field="OutputStorage")
    scheme_and_bucket = "/".join(source.split("/")[:3])
    if storage is not None:
        kind = storage.get("Type")
        own = storage.get({"COS": "CosOutputStorage", "AWS-S3": "S3OutputStorage"}.get(str(kind), "")) or {}
        scheme_and_bucket = f"s3://{own.get('Bucket') or own.get('S3Bucket') or scheme_and_bucket.removeprefix('s3://')}"
    folder = request.get("OutputDir")
    if folder is None:
        return source.rpartition("/")[0] + "/" if storage is None else f"{scheme_and_bucket}/"
    if not isinstance(folder, str) or not folder.startswith("/") or not folder.endswith("/"):
        raise ConfigurationError("ProcessMedia: OutputDir must begin and end with /", field="OutputDir")
    return scheme_and_bucket + folder


def outputs_of(request: Fields) -> dict[str, dict[str, Any]]:
    """The outputs that a request asks for, as a workflow writes them, by name.

    :raises ConfigurationError: naming what is not there.
    """
    wanted = _object(request, "MediaProcessTask")
    unknown = wanted.keys() - _KINDS.keys()
    if unknown:
        raise ConfigurationError(f"MediaProcessTask: {', '.join(sorted(unknown))} is not there; there are {', '.join(_KINDS)}")
    found = dict(_outputs(wanted, str(request.get("OutputDir") or "/")))
    if not found:
        raise ConfigurationError("MediaProcessTask asks for nothing", field="MediaProcessTask")
    return found


def _outputs(wanted: Fields, folder: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, (kind, prefix, extra, made) in _KINDS.items():
        for index, task in enumerate(wanted.get(name) or ()):
            allowed = {"Definition", "OutputObjectPath", *extra}
            if task.keys() - allowed:
                missing = ", ".join(sorted(task.keys() - allowed))
                raise ConfigurationError(f"{name}.{index}: {missing} is not there; there are {', '.join(sorted(allowed))}")
            definition = task.get("Definition")
            spec = made(name, task)
            path = task.get("OutputObjectPath") or prefix + "_{definition}" + ("" if kind in _SINGLE else "_{number}") + ".{format}"
            yield f"{kind}_{index + 1}", {"kind": kind, **spec, "path": _path(str(path), folder, str(definition))}


def _path(path: str, folder: str, definition: str) -> str:
    for theirs, ours in {**_VARIABLES, "{definition}": definition}.items():
        path = path.replace(theirs, ours)
    if path.startswith("/"):
        if not path.startswith(folder):
            raise ConfigurationError(f"OutputObjectPath {path} is not below OutputDir {folder}", field="OutputObjectPath")
        path = path.removeprefix(folder)
    return path if path.endswith(".{format}") else path + ".{format}"


def _transcode(name: str, task: Fields) -> dict[str, Any]:
    spec = dict(_template(name, task, TRANSCODES))
    trim = {own: f"{task[theirs]}s" for own, theirs in (("start", "StartTimeOffset"), ("end", "EndTimeOffset")) if task.get(theirs)}
    return {**spec, "trim": trim} if trim else spec


def _snapshots(name: str, task: Fields) -> dict[str, Any]:
    at = task.get("ExtTimeOffsetSet") or [f"{seconds}s" for seconds in task.get("TimeOffsetSet") or ()]
    return {**_template(name, task, PICTURES[name]), "at": at}


def _animated(name: str, task: Fields) -> dict[str, Any]:
    start, end = (f"{_needed(task, field)}s" for field in ("StartTimeOffset", "EndTimeOffset"))
    return {**_template(name, task, PICTURES[name]), "start": start, "end": end}


def _plain(name: str, task: Fields) -> dict[str, Any]:
    return dict(_template(name, task, PICTURES[name]))


def _template(name: str, task: Fields, known: Mapping[int, dict[str, Any]]) -> dict[str, Any]:
    definition = task.get("Definition")
    found = known.get(definition) if isinstance(definition, int) else None
    if found is None:
        raise ConfigurationError(f"{name}: there is no template {definition!r}; there are {', '.join(map(str, sorted(known)))}", field=name)
    return found


_Made = Callable[[str, Fields], dict[str, Any]]
_KINDS: dict[str, tuple[str, str, tuple[str, ...], _Made]] = {
    "TranscodeTaskSet": ("transcode", "{inputName}_transcode", ("StartTimeOffset", "EndTimeOffset"), _transcode),
    "SnapshotByTimeOffsetTaskSet": ("snapshots", "{inputName}_snapshotByTimeOffset", ("ExtTimeOffsetSet", "TimeOffsetSet"), _snapshots),
    "SampleSnapshotTaskSet": ("sampled_snapshots", "{inputName}_sampleSnapshot", (), _plain),
    "ImageSpriteTaskSet": ("sprites", "{inputName}_imageSprite", (), _plain),
    "AnimatedGraphicTaskSet": ("animated_image", "{inputName}_animatedGraphic", ("StartTimeOffset", "EndTimeOffset"), _animated),
}
"""By the name of a request's field: our kind of output, the usual beginning of its path, further fields, and what makes the spec."""
_SINGLE = frozenset({"transcode", "animated_image"})
"""Kinds that make one file."""


def _place(info: Fields, kind: Any, what: str, suffix: str) -> tuple[str, str]:
    names = {"COS": (f"Cos{suffix}Info", "Bucket", "Object"), "AWS-S3": (f"S3{suffix}Info", "S3Bucket", "S3Object")}
    if kind not in names:
        raise ConfigurationError(f"{what}: Type is {kind!r}; there are COS, AWS-S3 and URL", field=f"{what}.Type")
    field, bucket, key = names[kind]
    found = _object(info, field)
    return str(_needed(found, bucket)), str(_needed(found, key))


def _object(value: Fields, name: str) -> Fields:
    found = value.get(name)
    if not isinstance(found, Mapping):
        raise ConfigurationError(f"ProcessMedia: {name} is needed, an object", field=name)
    return found


def _needed(value: Fields, name: str) -> Any:
    if value.get(name) is None:
        raise ConfigurationError(f"ProcessMedia: {name} is needed", field=name)
    return value[name]
