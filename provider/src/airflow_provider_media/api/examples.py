"""Examples of requests and answers for the OpenAPI document; tests send each request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Example = Mapping[str, Any]

# [START brightcove]
BRIGHTCOVE_LOW: Example = {
    "master": {"url": "https://host/master.mp4"},
    "profile": "multi-platform-extended-static",
    "priority": "low",
    "callbacks": ["https://mydomain.com/di-callbacks.php"],
}
BRIGHTCOVE_NORMAL: Example = {
    "master": {"url": "https://host/master.mp4"},
    "profile": "multi-platform-extended-static",
    "priority": "normal",
    "callbacks": ["https://mydomain.com/di-callbacks.php"],
}
BRIGHTCOVE_DEFAULT: Example = {
    "master": {"url": "https://host/master.mp4"},
    "profile": "multi-platform-extended-static",
    "callbacks": ["https://mydomain.com/di-callbacks.php"],
}
# [END brightcove]

# [START own]
SHORTEST: Example = {"source": "s3://media-in/uploads/lecture.mp4"}
FULL: Example = {
    "source": "s3://media-in/uploads/lecture.mp4",
    "workflow": "vod",
    "priority": "low",
    "output": "s3://media-out/lectures/17/",
    "idempotency_key": "lecture-17",
    "notify": [{"url": "https://cms.example.com/hooks/media", "mode": "change", "connection": "media_webhooks"}],
    "video": "lecture-17",
}
# [END own]

REQUESTS: Mapping[str, Mapping[str, Any]] = {
    "shortest": {"summary": "A source, and the account's own workflow", "value": SHORTEST},
    "full": {"summary": "Every field of our own form", "value": FULL},
    "brightcove_low": {"summary": "Brightcove's form, of low priority", "value": BRIGHTCOVE_LOW},
    "brightcove_normal": {"summary": "Brightcove's form, of normal priority", "value": BRIGHTCOVE_NORMAL},
    "brightcove_default": {"summary": "The same, because normal is the default", "value": BRIGHTCOVE_DEFAULT},
}

JOB_ID = "1b9d6bcd4bf54c07a1f3c5e7d9b8a6f0"
RECEIPT: Example = {
    "id": JOB_ID,
    "account": "default",
    "priority": "low",
    "state": "waiting",
    "submitted_at": "2026-11-22T08:00:00Z",
    "created": True,
    "warning": None,
    "hold": None,
}
JOB: Example = {
    "id": JOB_ID,
    "account": "default",
    "priority": "low",
    "state": "running",
    "workflow": "vod",
    "source": "s3://media-in/uploads/lecture.mp4",
    "output": "s3://media-out/lectures/17/",
    "submitted_at": "2026-11-22T08:00:00Z",
    "started_at": "2026-11-22T08:00:04Z",
    "ended_at": None,
    "video": "lecture-17",
    "position": None,
    "hold": None,
    "progress": {"percent": 41.5, "stage": "encode", "speed": 6.2, "eta": 95.0},
    "manifest": None,
    "outputs": [],
    "left_out": [],
    "failed": [],
    "errors": [],
    "warnings": [],
    "retries": 0,
}
PAGE: Example = {"jobs": [JOB], "next": None}
QUEUES: Example = {
    "account": "default",
    "active": 100,
    "slots": 100,
    "warnings": [],
    "queues": {
        "normal": {
            "active": 60,
            "active_limit": None,
            "waiting": 12,
            "waiting_limit": 1000,
            "held": 2,
            "oldest": "2026-11-22T07:58:10Z",
            "paused": False,
            "hold": None,
        },
        "low": {
            "active": 40,
            "active_limit": None,
            "waiting": 730,
            "waiting_limit": 1000,
            "held": 0,
            "oldest": "2026-11-22T03:12:44Z",
            "paused": False,
            "hold": None,
        },
    },
}
WORKFLOWS: Example = {
    "workflows": [
        {
            "name": "vod",
            "description": "Renditions, packages and pictures of a video.",
            "priority": "normal",
            "dag_id": "media_vod",
            "paused": False,
            "known": True,
        }
    ]
}
UPLOAD: Example = {
    "bucket": "media-in",
    "object_key": "uploads/5f0c2c9e7a1d4b3f/lecture.mp4",
    "signed_url": "https://media-in.s3.eu-central-1.amazonaws.com/uploads/5f0c2c9e7a1d4b3f/lecture.mp4?X-Amz-Signature=...",
    "api_request_url": "s3://media-in/uploads/5f0c2c9e7a1d4b3f/lecture.mp4",
    "expires_at": "2026-11-23T08:00:00Z",
    "warning": "Uploads are kept for 24 hours, and a job of low priority may wait longer: submit uploads with normal priority.",
}

S3_EVENT: Example = {
    "Records": [
        {
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "eventName": "ObjectCreated:Put",
            "s3": {
                "bucket": {"name": "media-in"},
                "object": {
                    "key": "uploads/first+lecture.mp4",
                    "size": 1024,
                    "eTag": "d41d8cd98f00b204e9800998ecf8427e",
                    "sequencer": "0055AED6",
                },
            },
        }
    ]
}
EVENTBRIDGE_EVENT: Example = {
    "source": "aws.s3",
    "detail-type": "Object Created",
    "detail": {
        "bucket": {"name": "media-in"},
        "object": {"key": "uploads/first lecture.mp4", "size": 1024, "etag": "d41d8cd98f00b204e9800998ecf8427e", "sequencer": "0055AED6"},
    },
}
EVENTS: Mapping[str, Mapping[str, Any]] = {
    "records": {"summary": "As S3, MinIO and Ceph tell it", "value": S3_EVENT},
    "eventbridge": {"summary": "As EventBridge tells it", "value": EVENTBRIDGE_EVENT},
}
ARRIVED: Example = {"jobs": [{"source": "s3://media-in/uploads/first lecture.mp4", "workflow": "vod", "job": JOB_ID, "created": True}]}

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
TASK_HEARTBEAT: Mapping[str, Mapping[str, Any]] = {"heartbeat": {"summary": "Still at work", "value": {"token": TASK_TOKEN}}}
TASK_ANSWERED: Example = {"dag_id": "state_machine_review"}
ACTIVITY_TASK: Example = {"token": TASK_TOKEN, "input": {"film": "s3://media-in/lecture.mp4"}, "dag_id": "state_machine_review"}

EXECUTION_RUN: Mapping[str, Mapping[str, Any]] = {
    "run": {"summary": "An input, which may be any JSON", "value": {"input": {"title": "Lecture 17", "minutes": 92}}}
}
EXECUTION_START: Mapping[str, Mapping[str, Any]] = {
    "start": {
        "summary": "An input and a name",
        "value": {"name": "lecture-17", "input": {"source": "s3://media-in/lecture.mp4", "location": "s3://media-out/lectures/17/"}},
    }
}
EXECUTION_STOP: Mapping[str, Mapping[str, Any]] = {
    "stop": {"summary": "Both may be left out", "value": {"error": "Superseded", "cause": "A better recording has come."}}
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
