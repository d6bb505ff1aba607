"""Examples of requests and answers about state machines, for the API's description."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_media.api.examples import Example

TASK_TOKEN = "WyJzdGF0ZV9tYWNoaW5lX3Jldmlldy...Q.6mF2..."  # noqa: S105  an example
TASK_SUCCESS: Mapping[str, Mapping[str, Any]] = {
    "success": {"summary": "The result may be any JSON", "value": {"token": TASK_TOKEN, "output": {"approved": True}}}
}
TASK_FAILURE: Mapping[str, Mapping[str, Any]] = {
    "failure": {
        "summary": "The error has a name that Retry and Catch match",
        "value": {"token": TASK_TOKEN, "error": "Rejected", "cause": "The picture is upside down."},
    }
}
TASK_HEARTBEAT: Mapping[str, Mapping[str, Any]] = {
    "heartbeat": {"summary": "A heartbeat", "value": {"token": TASK_TOKEN}}
}
TASK_ANSWERED: Example = {"dag_id": "state_machine_review"}
ACTIVITY_TASK: Example = {
    "token": TASK_TOKEN,
    "input": {"film": "s3://media-in/lecture.mp4"},
    "dag_id": "state_machine_review",
}

EXECUTION_RUN: Mapping[str, Mapping[str, Any]] = {
    "run": {"summary": "An input, which may be any JSON", "value": {"input": {"title": "Lecture 17", "minutes": 92}}}
}
EXECUTION_START: Mapping[str, Mapping[str, Any]] = {
    "start": {
        "summary": "An input and a name",
        "value": {
            "name": "lecture-17",
            "input": {"source": "s3://media-in/lecture.mp4", "location": "s3://media-out/lectures/17/"},
        },
    }
}
EXECUTION_STOP: Mapping[str, Mapping[str, Any]] = {
    "stop": {
        "summary": "Both fields are optional",
        "value": {"error": "Superseded", "cause": "A better recording has come."},
    }
}
EXECUTION_RUNNING: Example = {
    "machine": "previews",
    "name": "lecture-17",
    "status": "RUNNING",
    "started_at": "2026-11-22T08:00:00Z",
    "ended_at": None,
    "input": {"source": "s3://media-in/lecture.mp4", "location": "s3://media-out/lectures/17/"},
    "output": None,
    "error": None,
    "cause": None,
}
EXECUTION_DONE: Example = {
    **EXECUTION_RUNNING,
    "machine": "describe",
    "status": "SUCCEEDED",
    "ended_at": "2026-11-22T08:00:01Z",
    "input": {"title": "Lecture 17", "minutes": 92},
    "output": {"text": "Lecture 17 takes 92 minutes."},
}
EXECUTION_STOPPED: Example = {
    **EXECUTION_RUNNING,
    "status": "ABORTED",
    "ended_at": "2026-11-22T08:00:09Z",
    "error": "Superseded",
    "cause": "A better recording has come.",
}
EXECUTIONS: Example = {
    "executions": [
        {
            "name": "lecture-17",
            "status": "SUCCEEDED",
            "started_at": "2026-11-22T08:00:00Z",
            "stopped_at": "2026-11-22T08:00:01Z",
        }
    ],
    "next": None,
}
HISTORY: Example = {
    "events": [
        {
            "id": 1,
            "previousEventId": 0,
            "timestamp": "2026-11-22T08:00:00.000Z",
            "type": "ExecutionStarted",
            "input": {"title": "Lecture 17"},
        },
        {
            "id": 2,
            "previousEventId": 1,
            "timestamp": "2026-11-22T08:00:00.100Z",
            "type": "PassStateEntered",
            "name": "Describe",
            "input": {"title": "Lecture 17"},
        },
    ]
}
STATES: Example = {
    "status": "RUNNING",
    "states": [
        {
            "state": "Encode",
            "type": "Task",
            "status": "running",
            "started": "2026-11-22T08:00:00Z",
            "ended": None,
            "input": {"title": "Lecture 17"},
            "output": None,
            "error": None,
            "cause": None,
            "variables": {},
            "task": "Each.each.Encode",
            "map_index": 0,
            "media": [],
            "maps": ["Each"],
            "iterations": [0],
        }
    ],
    "dag_id": "state_machine_previews",
    "input": {"titles": ["Lecture 17"]},
    "output": None,
    "error": None,
    "cause": None,
    "redrives": 0,
    "left_out": 0,
    "picture": "<svg …>",
}
APPROVALS: Example = {
    "approvals": [
        {
            "dag_id": "state_machine_previews",
            "run_id": "manual__2026-11-26T09:00:00+00:00",
            "task_id": "Ask",
            "map_index": -1,
            "state": None,
            "subject": "Publish the preview?",
            "body": "Lecture 17",
            "options": ["Approve", "Reject"],
            "assigned_to": [],
            "asked_at": "2026-11-26T09:00:12Z",
        }
    ]
}
DIFFERENCES: Example = {
    "first_status": "FAILED",
    "second_status": "SUCCEEDED",
    "first_error": "storage_failed",
    "second_error": None,
    "input": [],
    "output": [
        {"path": "", "kind": "changed", "first": None, "second": {"files": ["s3://media-out/17/"]}, "truncated": False}
    ],
    "states": [
        {
            "state": "Encode",
            "iterations": [0],
            "number": 1,
            "kind": "changed",
            "fields": ["status", "output", "error"],
            "first_status": "failed",
            "second_status": "succeeded",
            "first_error": "storage_failed",
            "second_error": None,
            "input": [],
            "output": [{"path": "/files", "kind": "added", "first": None, "second": [], "truncated": False}],
        }
    ],
    "left_out": 0,
}
MACHINES: Example = {
    "machines": [
        {
            "name": "describe",
            "comment": "Describe a recording.",
            "type": "express",
            "dialect": "asl",
            "dag_id": "state_machine_describe",
            "paused": False,
            "known": True,
            "running": 0,
        }
    ],
    "next": None,
}
MACHINE: Example = {
    "name": "describe",
    "definition": '{"StartAt": …}',
    "dialect": "asl",
    "states": [{"name": "Describe", "type": "Pass"}],
    "picture": "<svg …>",
    "diagnostics": [],
}
