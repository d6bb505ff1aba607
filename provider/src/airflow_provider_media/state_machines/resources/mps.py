"""``mps:ProcessMedia`` and ``mps:DescribeTaskDetail``, served by this engine instead of Tencent's service.

``ProcessMedia`` returns when the work is done. A machine that then polls the task's detail gets the finished state at
once.
"""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from airflow_provider_media.core.jobs.model import Job
from airflow_provider_media.core.jobs.places import RECORD_BYTES
from airflow_provider_media.core.media.uri import parse
from airflow_provider_media.core.packaging.packager import MASTER
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.mps import Part, location_of, outputs_of, source_of
from airflow_provider_media.core.workflows.parsing import build_workflow
from airflow_provider_media.core.workflows.presets import load_presets
from airflow_provider_media.hooks import settings

if TYPE_CHECKING:
    from airflow_provider_media.state_machines.resources.invocation_context import InvocationContext

USED = ("InputInfo", "MediaProcessTask", "OutputDir", "OutputStorage")
PASSED_OVER = ("SessionContext", "SessionId", "TaskType", "TasksPriority")
"""Fields without effect here: the same task gives the same result, and its pool decides when it runs."""
KINDS = {
    "transcode": ("Transcode", "TranscodeTask"),
    "snapshots": ("SnapshotByTimeOffset", "SnapshotByTimeOffsetTask"),
    "sampled_snapshots": ("SampleSnapshot", "SampleSnapshotTask"),
    "sprites": ("ImageSprites", "ImageSpriteTask"),
    "animated_image": ("AnimatedGraphics", "AnimatedGraphicTask"),
    "ladder": ("AdaptiveDynamicStreaming", "AdaptiveDynamicStreamingTask"),
}
"""Tencent's names of results, and their fields, by our kinds of output."""


def process_media(arguments: dict[str, Any], invocation: InvocationContext) -> dict[str, Any]:
    """Make the requested outputs; ``TaskId`` of the response is the URI of the manifest.

    :raises MediaError: when something is missing or fails.
    """
    from airflow_provider_media.core.execution.run import run

    Part(fields=arguments).only(*USED, *PASSED_OVER)
    output = location_of(arguments)
    workflow = build_workflow(
        {"name": "process_media", "outputs": outputs_of(arguments)}, load_presets(settings.presets_folder())
    )
    job = Job(id=invocation.id, source=source_of(arguments), workflow=freeze(workflow), output=output)
    return {"TaskId": run(job, invocation.engine(output)).uri, "RequestId": str(uuid.uuid4())}


def describe_task(arguments: dict[str, Any], invocation: InvocationContext) -> dict[str, Any]:
    """Return the result of a task, by the ``TaskId`` from :func:`process_media`.

    :raises MediaError: when there is no such task.
    """
    task = str(arguments.get("TaskId"))
    manifest = json.loads(invocation.engine(task).storages(task).read(task, limit=RECORD_BYTES))
    by_output: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for made in manifest["outputs"]:
        by_output[made["output"]].append(made)
    results = [_result(name.rpartition("_")[0], files) for name, files in by_output.items()]
    detail = {"TaskId": task, "Status": "FINISH", "ErrCode": 0, "Message": "SUCCESS", "MediaProcessResultSet": results}
    return {"TaskType": "WorkflowTask", "Status": "FINISH", "WorkflowTask": detail, "RequestId": str(uuid.uuid4())}


def _result(kind: str, files: list[dict[str, Any]]) -> dict[str, Any]:
    name, field = KINDS[kind]
    return {
        "Type": name,
        field: {"Status": "SUCCESS", "ErrCode": 0, "Message": "SUCCESS", "Output": _output(kind, files)},
    }


def _output(kind: str, files: list[dict[str, Any]]) -> dict[str, Any]:
    paths = [f"/{parse(made['uri']).key}" for made in files]
    if kind in {"transcode", "animated_image"}:
        return {"Path": paths[0], "Size": files[0]["size"], "Container": paths[0].rpartition(".")[2]}
    if kind == "ladder":
        return {"Package": "HLS", "Path": next(path for path in paths if path.endswith(f"/{MASTER}"))}
    pictures = [path for path in paths if not path.endswith(".vtt")]
    cues = [path for path in paths if path.endswith(".vtt")]
    return {"ImagePathSet": pictures, **({"WebVttPath": cues[0]} if cues else {})}
