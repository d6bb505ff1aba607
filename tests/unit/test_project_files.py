"""``airflow media init`` writes the DAG files of this repository; UPDATE_GOLDEN=1 brings its copies up to date."""

import os
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGED = ROOT / "provider" / "src" / "airflow_provider_media" / "project" / "dags"


def contents(folder):
    return {path.name: path.read_text() for path in folder.glob("*.py")}


def test_packaged_dag_files_are_those_of_the_repository():
    if os.environ.get("UPDATE_GOLDEN"):
        shutil.rmtree(PACKAGED)
        shutil.copytree(ROOT / "dags", PACKAGED, ignore=shutil.ignore_patterns("__pycache__"))
    assert contents(PACKAGED) == contents(ROOT / "dags"), (
        "bring the copies up to date: UPDATE_GOLDEN=1 pytest tests/unit/test_project_files.py"
    )
