"""Examples of requests and answers about definitions for the OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_media.api.examples import Example

TEXT = "name: clips\noutputs:\n  hd:\n    preset: h264-720p\n"
SAVED: Example = {
    "kind": "workflows",
    "name": "clips",
    "status": "published",
    "version": 3,
    "saved_by": "ann",
    "saved_at": "2026-11-22T08:00:00Z",
    "comment": "Smaller files.",
    "origin": "store",
    "can_change": True,
}
DEFINITIONS: Example = {"definitions": [SAVED]}
DEFINITION: Example = {**SAVED, "text": TEXT, "settings": ""}
VERSION: Example = {
    "version": 3,
    "status": "published",
    "saved_by": "ann",
    "saved_at": "2026-11-22T08:00:00Z",
    "hash": "0f5d7a1c9b3e4f60a2d8c7b6e5f4039182736455463728190a1b2c3d4e5f6071",
    "comment": "Smaller files.",
}
VERSIONS: Example = {"versions": [VERSION]}
VERSION_WITH_TEXT: Example = {**VERSION, "text": TEXT, "settings": ""}
DIAGNOSTICS: Example = {
    "diagnostics": [
        {
            "severity": "error",
            "code": "unknown-preset",
            "message": "there is no preset 'h264-720'",
            "hint": "did you mean 'h264-720p'?",
            "path": ["outputs", "hd", "preset"],
            "line": 4,
            "column": 5,
            "part": "text",
        }
    ]
}
SAVES: Mapping[str, Mapping[str, Any]] = {
    "new": {"summary": "A new workflow", "value": {"text": TEXT, "status": "published", "base": None}},
    "next": {
        "summary": "The next version of a state machine",
        "value": {
            "text": '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}',
            "settings": "type: express\n",
            "status": "draft",
            "base": 3,
            "comment": "Not finished yet.",
        },
    },
}
CHECKS: Mapping[str, Mapping[str, Any]] = {
    "workflow": {"summary": "A workflow under its name", "value": {"text": TEXT, "name": "clips"}}
}
