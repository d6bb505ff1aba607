"""One real Airflow and one S3 stand-in for all system tests of a session."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.stack import ROOT, Stack
from tests.receiver import Receiver, receiver
from tests.stacks import project_stack

HERE = Path(__file__).parent
RECORDED = HERE.parent / "dags" / "recorded"


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder laid out like the repository, with the repository's DAG files and those of tests/system/dags side by
    side.
    """
    folder = tmp_path_factory.mktemp("project")
    (folder / "dags").mkdir()
    (folder / "plugins").mkdir()
    for source in [*(ROOT / "dags").glob("*.py"), *(HERE / "dags").glob("*.py"), *RECORDED.glob("*.py")]:
        shutil.copy(source, folder / "dags")
    for source in (ROOT / "plugins").glob("*.py"):
        shutil.copy(source, folder / "plugins")
    (folder / "include").symlink_to(ROOT / "include")
    return folder


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory, project: Path) -> Iterator[Stack]:
    """The running stack, in a home that is thrown away."""
    home, options = tmp_path_factory.mktemp("home"), {"media.restore_poll_seconds": "10"}
    with project_stack(project, home=home, options=options) as running:
        yield running


@pytest.fixture(scope="module")
def sink() -> Iterator[Receiver]:
    """A receiver of webhooks."""
    with receiver() as running:
        yield running
