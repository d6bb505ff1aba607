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
PRIORITY: Mapping[str, Any] = {"raise": {"summary": "Raise a low-priority job", "value": {"priority": "normal"}}}
JOB: Example = {
    "id": JOB_ID,
    "account": "default",
    "priority": "low",
    "state": "running",
    "workflow": "vod",
    "source": "s3://media-in/uploads/lecture.mp4",
    "file_name": "lecture.mp4",
    "output": "s3://media-out/lectures/17/",
    "submitted_at": "2026-11-22T08:00:00Z",
    "started_at": "2026-11-22T08:00:04Z",
    "ended_at": None,
    "video": "lecture-17",
    "position": None,
    "hold": None,
    "progress": {"percent": 41.5, "stage": "encode", "speed": 6.2, "eta": 95.0},
    "manifest": None,
    "thumbnail": None,
    "duration": None,
    "vmaf": None,
    "quality": [],
    "outputs": [],
    "left_out": [],
    "failed": [],
    "errors": [],
    "warnings": [],
    "retries": 0,
}
PAGE: Example = {"jobs": [JOB], "next": None}
LIMITS: Mapping[str, Any] = {
    "fewer": {"summary": "Fewer jobs at once", "value": {"active": 40}},
    "more": {"summary": "Longer queues", "value": {"waiting": {"normal": 2000, "low": 5000}}},
    "undo": {"summary": "The limits of include/queues.yaml", "value": {}},
}
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
    "limits": {
        "configured": {"active": 100, "waiting_normal": 1000, "waiting_low": 1000},
        "changed": {},
        "changed_by": None,
        "changed_at": None,
    },
}
QUEUE_HISTORY: Example = {
    "account": "default",
    "bucket_seconds": 900,
    "queues": {
        "normal": [
            {
                "begin": "2026-11-22T08:00:00Z",
                "submitted": 12,
                "started": 9,
                "succeeded": 7,
                "failed": 1,
                "cancelled": 0,
                "waited_median": 41.5,
                "waited_longest": 130.2,
            }
        ],
        "low": [],
    },
}
ACCOUNTS: Example = {
    "accounts": [{"name": "default", "can_change": True, "can_limit": False, "workflow": "vod", "takes_uploads": True}]
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
WORKFLOW: Example = {
    "name": "cover",
    "hash": "9f2b",
    "settings": {
        "name": "cover",
        "description": "One picture of a film.",
        "trigger": {"bucket": "media-in", "prefix": "covers/"},
        "output": {"location": "s3://media-out/covers/"},
        "outputs": {"cover": {"kind": "snapshots", "width": 640, "height": 360}},
        "priority": "normal",
    },
    "notifications": ["https://cms.example.com/hooks/media"],
}
UPLOAD: Example = {
    "bucket": "media-in",
    "object_key": "uploads/5f0c2c9e7a1d4b3f/lecture.mp4",
    "signed_url": (
        "https://media-in.s3.eu-central-1.amazonaws.com/uploads/5f0c2c9e7a1d4b3f/lecture.mp4?X-Amz-Signature=..."
    ),
    "api_request_url": "s3://media-in/uploads/5f0c2c9e7a1d4b3f/lecture.mp4",
    "expires_at": "2026-11-23T08:00:00Z",
    "warning": (
        "Uploads are kept for 24 hours, and a job of low priority may wait longer: submit uploads with normal priority."
    ),
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
        "object": {
            "key": "uploads/first lecture.mp4",
            "size": 1024,
            "etag": "d41d8cd98f00b204e9800998ecf8427e",
            "sequencer": "0055AED6",
        },
    },
}
EVENTS: Mapping[str, Mapping[str, Any]] = {
    "records": {"summary": "Notification of S3, MinIO or Ceph", "value": S3_EVENT},
    "eventbridge": {"summary": "Event of EventBridge", "value": EVENTBRIDGE_EVENT},
}
ARRIVED: Example = {
    "jobs": [{"source": "s3://media-in/uploads/first lecture.mp4", "workflow": "vod", "job": JOB_ID, "created": True}]
}
