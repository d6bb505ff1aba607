"""Examples of answers about the page of a job, for the API's reference."""

from __future__ import annotations

from airflow_provider_media.api.examples import JOB_ID, Example
from airflow_provider_media.core.dag_ids import ANNOUNCE

TIMELINE: Example = {
    "dag_id": "media_vod",
    "run_id": f"low__{JOB_ID}",
    "state": "running",
    "is_in_one_task": False,
    "tasks": [
        {
            "task": "encode",
            "map_index": 0,
            "label": "720p and poster",
            "state": "running",
            "attempt": 1,
            "started_at": "2026-11-22T08:00:09Z",
            "ended_at": None,
            "reused": None,
        }
    ],
}
VERIFICATION: Example = {
    "has_plan": True,
    "total": 1,
    "files": [
        {
            "path": "lecture_poster.jpg",
            "output": "poster",
            "facts": [
                {"name": "width", "expected": 1280, "found": 1280},
                {"name": "height", "expected": 720, "found": 720},
                {"name": "codecs", "expected": None, "found": ["jpg"]},
            ],
        }
    ],
}
RENDITIONS: Example = {
    "renditions": [
        {
            "path": "lecture/stream/720p/playlist.m3u8",
            "output": "stream",
            "segments": [
                {"at": 0.0, "seconds": 4.0, "bits_per_second": 2786160},
                {"at": 4.0, "seconds": 4.0, "bits_per_second": 2749156},
            ],
        }
    ]
}
QUALITY: Example = {
    "renditions": [
        {
            "output": "stream",
            "rendition": "720p",
            "points": [{"at": 0.0, "mean": 94.12, "minimum": 91.5}, {"at": 0.2, "mean": 93.87, "minimum": 92.03}],
        }
    ]
}
ANNOUNCEMENTS: Example = {
    "announcements": [
        {
            "event": "job.succeeded",
            "event_id": "evt_0b8f4c9d2e6a41d7b3c5e7f9a1b3d5f7",
            "time": "2026-11-22T08:02:11Z",
            "dag_id": ANNOUNCE,
            "run_id": f"{JOB_ID}__succeeded",
            "deliveries": [
                {
                    "target": "https://cms.example.com/hooks/media",
                    "kind": "url",
                    "state": "retrying",
                    "attempts": 2,
                    "attempted_at": "2026-11-22T08:02:18Z",
                    "next_attempt_at": "2026-11-22T08:07:18Z",
                    "error": {"code": "delivery_failed", "message": "The target answered 503."},
                }
            ],
        }
    ]
}
