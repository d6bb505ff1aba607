"""Senders that the table of notification targets names."""

import inspect
from pkgutil import resolve_name

import pytest

from airflow_provider_media.core.announcements.targets import TARGETS


@pytest.mark.parametrize("kind", TARGETS.values(), ids=list(TARGETS))
def test_target_senders_are_callable_from_worker_and_triggerer(kind):
    assert not inspect.iscoroutinefunction(resolve_name(kind.sender))
    assert kind.async_sender is None or inspect.iscoroutinefunction(resolve_name(kind.async_sender))
