"""What holds for all tests."""

import os

import pytest
from hypothesis import settings

# A time limit on single examples fails tests on a busy machine, and says nothing about the code.
settings.register_profile("no deadline", deadline=None)
settings.register_profile("few", deadline=None, max_examples=10)  # where the same tests run a second time
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "no deadline"))


@pytest.fixture(scope="session", autouse=True)
def _own_parse_cache(tmp_path_factory):
    """No test finds, or leaves behind, what the DAG files of another have parsed."""
    os.environ["AIRFLOW__MEDIA__CACHE_DIRECTORY"] = str(tmp_path_factory.mktemp("cache"))


def pytest_collection_modifyitems(items):
    # The longest files come first: last on one of two workers, they would leave the other idle for minutes.
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
