"""Examples of the routes that try workflows, for the OpenAPI document; tests send each request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Example = Mapping[str, Any]

TEXT = """\
name: trial
outputs:
  hd:
    kind: transcode
    video: {width: 1280, height: 720, fit: crop}
    watermarks: [{text: Draft, corner: top_right}]
"""
PLAN_REQUESTS: Mapping[str, Mapping[str, Any]] = {
    "saved": {
        "summary": "A saved workflow",
        "value": {"source": "s3://media-in/uploads/lecture.mp4", "workflow": "vod"},
    },
    "text": {
        "summary": "The text of a workflow",
        "value": {"source": "s3://media-in/uploads/lecture.mp4", "text": TEXT},
    },
}
PICTURE_REQUESTS: Mapping[str, Mapping[str, Any]] = {
    "saved": {
        "summary": "An output of a saved workflow after 12.5 seconds",
        "value": {"source": "s3://media-in/uploads/lecture.mp4", "workflow": "vod", "output": "poster", "at": 12.5},
    },
    "text": {
        "summary": "An output of a workflow's text",
        "value": {"source": "s3://media-in/uploads/lecture.mp4", "text": TEXT, "output": "hd", "at": 3},
    },
}
PLAN: Example = {
    "workflow": "trial",
    "source": {
        "uri": "s3://media-in/uploads/lecture.mp4",
        "size": 48211034,
        "format": "mov,mp4,m4a,3gp,3g2,mj2",
        "duration": 61.44,
        "basis": "decoded",
        "video": {
            "codec": "h264",
            "width": 1920,
            "height": 1080,
            "rotation": 0,
            "frame_rate": 25.0,
            "constant_frame_rate": True,
            "interlaced": False,
            "dynamic_range": "sdr",
            "bit_rate": 6120000,
        },
        "audio": [{"codec": "aac", "channels": 2, "sample_rate": 48000, "language": "en", "bit_rate": 128000}],
        "subtitles": 0,
    },
    "outputs": [
        {
            "name": "hd",
            "kind": "transcode",
            "required": True,
            "units": ["hd"],
            "files": [
                {
                    "name": "hd",
                    "keys": ["uploads/lecture_hd.mp4"],
                    "count": 1,
                    "codec": "h264",
                    "width": 1280,
                    "height": 720,
                    "frame_rate": 25.0,
                    "duration": 61.44,
                    "estimated_bytes": 22700000,
                }
            ],
            "estimated_bytes": 22700000,
            "width": 1280,
            "height": 720,
        }
    ],
    "units": [
        {
            "name": "hd",
            "outputs": ["hd"],
            "cost": 31.607,
            "estimated_processor_seconds": 47.4,
            "required": True,
        }
    ],
    "estimated_bytes": 22700000,
    "estimated_processor_seconds": 47.4,
    "choices": [],
    "is_in_one_task": False,
    "warnings": [],
}

SCHEMA: Example = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Media workflow",
    "type": "object",
    "properties": {"name": {"type": "string", "title": "Name", "description": "Lower case letters, digits, - and _."}},
    "required": ["name", "outputs"],
}
PRESETS: Example = {
    "presets": [
        {
            "name": "audio-m4a-128k",
            "kind": "transcode",
            "description": "Podcasts and music apps; every device plays it.",
            "settings": {"container": "m4a", "audio": {"codec": "aac", "bitrate": 128000}},
        }
    ]
}
