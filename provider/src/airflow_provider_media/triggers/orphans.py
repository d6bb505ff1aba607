"""OrphanTrigger: a wait that ends when its execution has ended."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from importlib import import_module
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent

from airflow_provider_media.airflow_contract.run_states import UNFINISHED
from airflow_provider_media.airflow_contract.xcom import ORPHANED
from airflow_provider_media.hooks import runs

log = logging.getLogger(__name__)

LOOK_SECONDS = 10.0


def is_awaited(*, dag_id: str, run_id: str, task_id: str, name: str) -> bool:
    """Return whether an execution still waits for a run. The function blocks, so call it in a thread.

    :param dag_id: DAG of the execution.
    :param run_id: run of the execution.
    :param task_id: task of the execution.
    :param name: name of the run that asks.
    """
    if not runs.count_runs(dag_id, UNFINISHED, [run_id]):
        return False
    return name not in (runs.pull(dag_id, run_id, task_id, ORPHANED) or ())


class OrphanTrigger(BaseTrigger):
    """Run another trigger, and stop it when the execution no longer waits for the run.

    :param inner: class path and arguments of the other trigger, in its serialised form.
    :param execution: ``dag_id``, ``run_id`` and ``task_id`` of the execution.
    :param name: name of the waiting run.
    """

    def __init__(self, inner: Sequence[Any], execution: Mapping[str, str], name: str) -> None:
        super().__init__()
        self.inner = tuple(inner)
        self.execution = dict(execution)
        self.name = name
        self._made = _made(*inner)

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return the class path and the arguments, from which the triggerer restores this trigger."""
        kwargs = {"inner": list(self.inner), "execution": self.execution, "name": self.name}
        return f"{type(self).__module__}.{type(self).__qualname__}", kwargs

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield the other trigger's event, or an event that reports the orphan."""
        coming = asyncio.ensure_future(anext(aiter(self._made.run())))
        leaving = asyncio.create_task(self._until_orphaned())
        try:
            await asyncio.wait({coming, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if coming.done():
                yield coming.result()
                return
            await self._made.on_kill()
            yield TriggerEvent({ORPHANED: True})
        finally:
            coming.cancel()
            leaving.cancel()
            await self._made.cleanup()

    async def on_kill(self) -> None:
        """End the work of the other trigger."""
        await self._made.on_kill()

    async def _until_orphaned(self) -> None:
        while True:
            try:
                if not await asyncio.to_thread(is_awaited, name=self.name, **self.execution):
                    return
            except Exception:
                # The API server may be unavailable for a while; that is no reason to stop any work.
                log.exception("Cannot ask whether %s is still wanted; asking again.", self.name)
            await asyncio.sleep(LOOK_SECONDS)


def _made(classpath: str, kwargs: Mapping[str, Any]) -> BaseTrigger:
    module, _, name = classpath.rpartition(".")
    made: BaseTrigger = getattr(import_module(module), name)(**kwargs)
    return made
