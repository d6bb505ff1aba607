"""``make demo`` and ``make up``: a real clip through a real Airflow, and what came of it."""

import argparse
import shutil
import signal
import sys
import threading
import time
from pathlib import Path

from demo import machines
from demo.airflow_home import USER
from demo.clip import demo_clip
from demo.component import StackError
from demo.job import DAG, download, make_buckets, manifest_of, upload, wait_for_job
from demo.report import pages, rows, table
from demo.stack import ROOT, Stack, local_stack

LOCAL = ROOT / ".local"
JOB_SECONDS = 300.0


def main() -> int:
    """Run the demo and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m demo", description="Runs the main job on a local Airflow.")
    parser.add_argument("--keep", action="store_true", help="leave Airflow and its UI running until Ctrl-C")
    parser.add_argument(
        "--home", type=Path, default=LOCAL / "airflow", help="database, objects and logs (default: .local/airflow)"
    )
    parser.add_argument("--port", type=int, help="port of the UI (default: a free one)")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # as Ctrl-C: the stack ends in order
    began = time.monotonic()
    try:
        clip = demo_clip(LOCAL / "media")
        print("Starting Airflow, and an S3 of its own …", flush=True)
        with local_stack(arguments.home, ui_port=arguments.port) as stack:
            succeeded = run(stack, clip, LOCAL / "demo")
            print(f"\nThe demo took {time.monotonic() - began:.0f} s.", flush=True)
            if arguments.keep:
                keep(stack)
    except StackError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.")
        return 130
    return 0 if succeeded else 1


def run(stack: Stack, clip: Path, folder: Path) -> bool:
    """Upload the clip, follow the job that this starts, and show what it made."""
    make_buckets(stack)
    stack.wait_for_dag(DAG)
    source = upload(stack, clip)
    print(f"Uploaded {clip.name} as {source}; the upload starts a job of {DAG}:", flush=True)
    executions = machines.start(stack, source)
    job = wait_for_job(stack, source, timeout_seconds=JOB_SECONDS)
    if job["state"] != "success":
        print(f"The job failed; its tasks' logs are in {stack.home / 'logs'}", file=sys.stderr)
        return False
    manifest = manifest_of(stack, job)
    shutil.rmtree(folder, ignore_errors=True)
    download(stack, manifest, folder)
    print(f"\nPublished and verified {len(manifest.outputs)} files; manifest {manifest.uri}\n")
    print(table(rows(manifest, folder, clip)))
    print("\nOpen:")
    for what, path in pages(manifest, folder).items():
        print(f"  {what:15} {path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}")
    return follow(stack, executions)


def follow(stack: Stack, executions: list[machines.Execution]) -> bool:
    """Tell how the state machines on the same clip have ended; whether all went well."""
    print("\nState machines on the same clip, each with its page (in `make up`):")
    good = True
    for execution, told in machines.outcomes(stack, executions, timeout_seconds=JOB_SECONDS):
        print(machines.line(stack, execution, told), flush=True)
        good = good and told["status"] == "SUCCEEDED"
    return good


def keep(stack: Stack) -> None:
    """Say where everything is, and wait for Ctrl-C."""
    print(f"\nAirflow:    {stack.airflow_url}  (user {USER}, password {stack.password})")
    print(f"S3 and SQS: {stack.s3_endpoint}  (connection media_s3)")
    print("Running; Ctrl-C stops everything.", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    sys.exit(main())
