"""What attackers with the rights of a submitter hand in, and a project with something that is not theirs."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from airflow_provider_media.core.announcements.target import Target
from airflow_provider_media.core.submission.submit import Submission
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.parsing import build_workflow
from demo.stack import Stack
from tests.stacks import lay_out_project

QUEUE = "media_ingest_normal__acme"
FACTS = {"name": "facts", "outputs": {"facts": {"kind": "probe_report"}}}


def make_project(top: Path, announce_allow: str) -> dict[str, str]:
    """Lay out a project with the accounts default and acme, and a folder that is neither's; its options of Airflow."""
    places = {"sources": [f"file://{top}/mine/"], "outputs": [f"file://{top}/mine/"]}
    accounts = {"default": places, "acme": places}
    lay_out_project(
        top,
        "media_ingest.py",
        "media_workflows.py",
        "media_announce.py",
        include={"workflows/facts.yaml": json.dumps(FACTS), "queues.yaml": json.dumps({"accounts": accounts})},
        folders=("mine", "private"),
    )
    (top / "private" / "a.mp4").write_bytes(b"private")
    return {"media.retries": "0", "media.local_folders": str(top), "media.announce_allow": announce_allow}


def forged(stack: Stack, callback: str) -> dict[str, Any]:
    """What a submission of somebody who may do anything would be."""
    private = f"file://{stack.home.parent}/private/"
    job = Submission(
        job_id="0",
        account="acme",
        priority="normal",
        source=f"{private}a.mp4",
        workflow=freeze(build_workflow({**FACTS, "output": {"location": private}})),
        output=private,
        request="hash",
        submitted_at=datetime.now(UTC),
        notify=(Target(kind="url", address=callback, mode="change"),),
    )
    return job.to_json()


def forgeries(whole: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Confs that no submission has made, by what is wrong with them."""
    return {
        "unsigned": {**whole},
        "forged": {**whole, "signature": "v1=" + "0" * 64},
        "empty": {},
        "truncated": {"job_id": "0", "workflow": whole["workflow"]},
        "malformed": {
            "job_id": 3,
            "account": [],
            "workflow": "facts",
            "source": {"uri": None},
            "submitted_at": "yesterday",
            "subject": 1,
        },
        "huge": {"source": "s3://in/" + "a" * 200_000},
    }


def private_files(stack: Stack) -> list[str]:
    return sorted(path.name for path in (stack.home.parent / "private").iterdir())
