"""The demo's job: an upload, the run that it starts, and the outputs that come of it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from airflow_provider_media.core.jobs.model import Manifest
from airflow_provider_media.core.serde import from_json

if TYPE_CHECKING:
    from demo.stack import Stack

UPLOADS, OUTPUTS = "media-in", "media-out"
DAG = "media_vod"


def s3(stack: Stack) -> Any:
    """A client of the local S3."""
    return client(stack, "s3")


def client(stack: Stack, service: str) -> Any:
    """A client of one of the services that the S3 stand-in also has."""
    import boto3

    names = {
        "aws_access_key_id": "AWS_ACCESS_KEY_ID",
        "aws_secret_access_key": "AWS_SECRET_ACCESS_KEY",
        "region_name": "AWS_DEFAULT_REGION",
    }
    return boto3.client(
        service,
        endpoint_url=stack.s3_endpoint,
        **{name: stack.environment[variable] for name, variable in names.items()},
    )


def make_buckets(stack: Stack) -> None:
    """Make the buckets that the shipped workflows name."""
    there = {bucket["Name"] for bucket in s3(stack).list_buckets()["Buckets"]}
    for bucket in {UPLOADS, OUTPUTS} - there:
        s3(stack).create_bucket(Bucket=bucket)


def upload(stack: Stack, clip: Path) -> str:
    """Upload a clip to where a workflow waits for it, and answer with its URI."""
    # A folder of its own, because the same version of the same object is one job for ever.
    key = f"uploads/{time.strftime('%Y%m%d-%H%M%S')}/{clip.name}"
    s3(stack).upload_file(str(clip), UPLOADS, key)
    return f"s3://{UPLOADS}/{key}"


def wait_for_job(
    stack: Stack, source: str, *, timeout_seconds: float, say: Callable[[str], None] = print
) -> dict[str, Any]:
    """The finished run of the job that a source has started; every task that begins or ends is told."""
    told: set[tuple[str, str]] = set()
    finished: list[dict[str, Any]] = []

    def ended() -> bool:
        runs = stack.api("GET", f"dags/{DAG}/dagRuns?order_by=-id&limit=20")["dag_runs"]
        run = next((run for run in runs if (run["conf"] or {}).get("source") == source), None)
        if run is None:
            return False
        for task in stack.api("GET", f"dags/{DAG}/dagRuns/{run['dag_run_id']}/taskInstances?order_by=start_date")[
            "task_instances"
        ]:
            mapped, name = task["map_index"] >= 0, task["task_display_name"]
            if mapped and not task["rendered_map_index"]:
                continue  # its name comes a moment after it has begun
            news = (f"{name}: {task['rendered_map_index']}" if mapped else name, task["state"] or "")
            if news[1] in ("running", "success", "failed") and news not in told:
                told.add(news)
                say(f"  {news[1]:8} {news[0]}")
        finished.extend([run] if run["state"] in ("success", "failed") else [])
        return bool(finished)

    stack.wait_until(ended, what=f"the job of {source}", timeout_seconds=timeout_seconds)
    return finished[0]


def manifest_of(stack: Stack, run: dict[str, Any]) -> Manifest:
    """The manifest that a run has committed."""
    path = f"dags/{DAG}/dagRuns/{run['dag_run_id']}/taskInstances/publish/xcomEntries/return_value?deserialize=true"
    value = stack.api("GET", path)["value"]
    summary = json.loads(value) if isinstance(value, str) else value
    return from_json(Manifest, json.loads(read(stack, summary["manifest"])))


def read(stack: Stack, uri: str) -> bytes:
    """The bytes of an object."""
    place = urlsplit(uri)
    return bytes(s3(stack).get_object(Bucket=place.netloc, Key=place.path[1:])["Body"].read())


def download(stack: Stack, manifest: Manifest, folder: Path) -> None:
    """Fetch every output below a folder, under its final key."""
    for made in manifest.outputs:
        path = local(made.uri, folder)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(read(stack, made.uri))


def local(uri: str, folder: Path) -> Path:
    """Where ``download`` puts an output."""
    return folder / urlsplit(uri).path[1:]
