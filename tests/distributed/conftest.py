"""One real Airflow on a real PostgreSQL for all distributed tests of a session."""

from collections.abc import Iterator

import pytest

from demo.stack import Stack
from tests.distributed.crowd import sign_in
from tests.distributed.running import running


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The running stack."""
    with running(tmp_path_factory.mktemp("distributed")) as started:
        yield started


@pytest.fixture(scope="session")
def headers(stack: Stack) -> dict[str, str]:
    """What lets the administrator in."""
    return sign_in(stack)
