"""One environment with the built wheel for all tests of the installation."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.install.new_user import Installed, install


@pytest.fixture(scope="session")
def installed() -> Iterator[Installed]:
    """The wheel in an environment of its own, with Airflow and Celery as pip chooses them."""
    # Below /tmp, as pytest's own folders are closed to every user but one, and nobody runs programs of this
    # environment.
    with tempfile.TemporaryDirectory(prefix="new-user-") as name:
        Path(name).chmod(0o755)
        yield install(Path(name), "airflow", "celery")
