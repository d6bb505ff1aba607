"""Runs of DAGs in an Airflow of their own, in another process and a database of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

RUN_DAGS = Path(__file__).parent / "dags" / "run_dags.py"


def run_dags(order: Mapping[str, Any], environment: Mapping[str, str], *, timeout_seconds: float) -> dict[str, Any]:
    """Return the errors, runs and log of the DAG runs that an order names.

    :param order: what ``tests/dags/run_dags.py`` reads: a home, bundles of DAG files, and runs.
    :param environment: variables besides those of this process, of which Airflow's are left out.
    """
    own = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    done = subprocess.run(
        [sys.executable, RUN_DAGS],
        input=json.dumps(order),
        env={**own, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout_seconds,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return {**json.loads(done.stdout), "log": done.stdout + done.stderr}
