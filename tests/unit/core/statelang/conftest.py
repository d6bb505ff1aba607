"""Virtual time, a world of named tasks, and a short way to run a machine."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest

from airflow_provider_media.core.statelang import Execution, TaskFailed, execute


class VirtualClock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.time = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)

    def now(self) -> dt.datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += dt.timedelta(seconds=max(0.0, seconds))


class World:
    """Tasks that behave as their resource says, and the calls that were made."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self.calls: list[tuple[str, Any, Any]] = []
        self.objects: dict[str, str] = {}
        self.stored: dict[str, str] = {}
        self.failures_left = 0

    def __call__(self, resource: str, arguments: Any, context: Any) -> Any:
        self.calls.append((resource, arguments, context))
        name, _, rest = resource.removesuffix(":2").rpartition(":")[2].partition("/")
        return getattr(self, name)(arguments, rest)

    def echo(self, arguments: Any, _: str) -> Any:
        return arguments

    def sleep(self, arguments: Any, seconds: str) -> Any:
        self.clock.sleep(float(seconds))
        return arguments

    def large(self, _: Any, size: str) -> Any:
        return "x" * int(size)

    def fail(self, _: Any, error: str) -> Any:
        raise TaskFailed(error or None, "the cause")

    def flaky(self, arguments: Any, _: str) -> Any:
        if self.failures_left:
            self.failures_left -= 1
            raise TaskFailed("Flaky", "not yet")
        return arguments

    def getObject(self, arguments: Any, _: str) -> Any:  # noqa: N802  the service's name
        key = f"{arguments['Bucket']}/{arguments['Key']}"
        if key not in self.objects:
            raise TaskFailed("S3.NoSuchKeyException", key)
        return {"Body": self.objects[key]}

    def listObjectsV2(self, arguments: Any, _: str) -> Any:  # noqa: N802  the service's name
        keys = sorted(key.partition("/")[2] for key in self.objects)
        start = int(arguments.get("ContinuationToken", 0))
        page = {"Contents": [{"Key": key} for key in keys[start : start + 2]]}
        return page | ({"NextContinuationToken": str(start + 2)} if start + 2 < len(keys) else {})

    def putObject(self, arguments: Any, _: str) -> Any:  # noqa: N802  the service's name
        self.stored[arguments["Key"]] = arguments["Body"]
        return {}


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def world(clock: VirtualClock) -> World:
    return World(clock)


@pytest.fixture
def run(clock: VirtualClock, world: World) -> Callable[..., Execution]:
    """Run a machine, or a single state that ends it, with the given input."""

    def runner(definition: dict[str, Any], value: Any = None, **options: Any) -> Execution:
        machine = (
            definition if "States" in definition else {"StartAt": "S", "States": {"S": {"End": True} | definition}}
        )
        return execute(
            json.loads(json.dumps(machine)), {} if value is None else value, invoke=world, clock=clock, **options
        )

    return runner
