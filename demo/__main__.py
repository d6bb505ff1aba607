"""``make demo`` and ``make up``: starts the local stack and shows where it is."""

import argparse
import signal
import sys
import threading
from pathlib import Path

from demo.airflow_home import USER
from demo.component import StackError
from demo.stack import ROOT, Stack, local_stack

HOME = ROOT / ".local" / "airflow"


def main() -> int:
    """Run the demo and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m demo", description="Runs the main job on a local Airflow.")
    parser.add_argument("--keep", action="store_true", help="leave Airflow and its UI running until Ctrl-C")
    parser.add_argument("--home", type=Path, default=HOME, help="database, objects and logs (default: .local/airflow)")
    parser.add_argument("--port", type=int, help="port of the UI (default: a free one)")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # as Ctrl-C: the stack ends in order
    try:
        with local_stack(arguments.home, ui_port=arguments.port) as stack:
            show(stack)
            if arguments.keep:
                keep()
    except StackError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.")
        return 0 if arguments.keep else 130  # the shell's code for a Ctrl-C
    return 0


def show(stack: Stack) -> None:
    """Print what runs and where."""
    dags = stack.api("GET", "dags")["total_entries"]
    print(f"Airflow with {dags} DAGs: {stack.airflow_url}  (user {USER}, password {stack.password})")
    print(f"S3 and SQS:          {stack.s3_endpoint}  (connection media_s3)")
    print(f"Logs:                {stack.home / 'logs'}")


def keep() -> None:
    """Wait for Ctrl-C."""
    print("Running; Ctrl-C stops everything.", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    sys.exit(main())
