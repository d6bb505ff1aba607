import os
from pathlib import Path

import pytest

from airflow_provider_media.core.patience import within


@pytest.fixture
def pipe():
    reader, writer = os.pipe()
    yield reader, writer
    os.close(writer)
    os.close(reader)


def test_within_gives_the_answer_of_the_call():
    assert within(30, lambda: 7) == 7


def test_within_passes_on_the_error_of_the_call():
    with pytest.raises(FileNotFoundError):
        within(30, Path("/none").stat)


def test_within_leaves_a_call_that_never_comes_back(pipe):
    reader, writer = pipe
    with pytest.raises(TimeoutError, match=r"did not answer for 0\.2 s"):
        within(0.2, lambda: os.read(reader, 1))
    os.write(writer, b"x")  # lets its thread end
