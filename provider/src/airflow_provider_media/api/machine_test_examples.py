"""Examples of tests of state machines, for the API's description."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_media.api.examples import Example

DEFINITION: Example = {
    "StartAt": "Encode",
    "States": {
        "Encode": {
            "Type": "Task",
            "Resource": "media:transcode",
            "Parameters": {"source.$": "$.film", "location": "s3://media-out/17/"},
            "ResultSelector": {"uri.$": "$.files[0].uri"},
            "ResultPath": "$.encoded",
            "Retry": [{"ErrorEquals": ["storage_failed"], "IntervalSeconds": 60, "MaxAttempts": 1}],
            "End": True,
        }
    },
}
INPUT: Example = {"film": "s3://media-in/lecture.mp4"}
ENCODED: Example = {"film": "s3://media-in/lecture.mp4", "encoded": {"uri": "s3://media-out/17/lecture.mp4"}}
RESULT: Example = {"files": [{"uri": "s3://media-out/17/lecture.mp4"}]}
STATE_TEST: Mapping[str, Mapping[str, Any]] = {
    "result": {
        "summary": "A state whose task succeeds",
        "value": {"definition": DEFINITION, "state": "Encode", "input": INPUT, "mock": {"result": RESULT}},
    },
    "error": {
        "summary": "A state whose task fails once more than its retrier allows",
        "value": {
            "definition": DEFINITION,
            "state": "Encode",
            "input": INPUT,
            "mock": {"error": {"error": "storage_failed", "cause": "S3 answers with 503."}},
            "retries": 1,
        },
    },
}
STATE_TESTED: Example = {
    "status": "SUCCEEDED",
    "output": ENCODED,
    "error": None,
    "cause": None,
    "next_state": None,
    "retry_seconds": None,
    "assigned": {},
    "steps": [
        {"name": "input", "value": INPUT, "truncated": False},
        {"name": "InputPath", "value": INPUT, "truncated": False},
        {
            "name": "Parameters",
            "value": {"source": "s3://media-in/lecture.mp4", "location": "s3://media-out/17/"},
            "truncated": False,
        },
        {"name": "result", "value": RESULT, "truncated": False},
        {"name": "ResultSelector", "value": {"uri": "s3://media-out/17/lecture.mp4"}, "truncated": False},
        {"name": "ResultPath", "value": ENCODED, "truncated": False},
        {"name": "OutputPath", "value": ENCODED, "truncated": False},
        {"name": "next", "value": None, "truncated": False},
    ],
}
MOCK_RUN: Mapping[str, Mapping[str, Any]] = {
    "retry": {
        "summary": "A task that fails, and succeeds when it is repeated",
        "value": {
            "definition": DEFINITION,
            "input": INPUT,
            "mocks": {"Encode": [{"error": "storage_failed", "cause": "S3 answers with 503."}, {"result": RESULT}]},
        },
    }
}
MOCKS_RUN: Example = {
    "status": "SUCCEEDED",
    "output": ENCODED,
    "error": None,
    "cause": None,
    "events": [
        {
            "id": 1,
            "previousEventId": 0,
            "timestamp": "2026-12-02T08:00:00.000Z",
            "type": "ExecutionStarted",
            "input": INPUT,
        }
    ],
    "states": [
        {
            "state": "Encode",
            "type": "Task",
            "status": "succeeded",
            "started": "2026-12-02T08:00:00.000Z",
            "ended": "2026-12-02T08:01:00.000Z",
            "input": INPUT,
            "output": ENCODED,
            "error": "storage_failed",
            "cause": "S3 answers with 503.",
            "variables": {},
            "task": None,
            "map_index": None,
            "media": [],
            "maps": [],
            "iterations": [],
        }
    ],
    "left_out": 0,
}
