"""The real app over the queues of a database, polled for its list of jobs."""

import asyncio
import time
import warnings
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from statistics import median
from typing import Any

PATH = "/v1/accounts/default/jobs"
Get = Callable[..., Awaitable[Any]]


@contextmanager
def app_of(queues: Any) -> Iterator[Any]:
    """Run the app for a user who may do everything, over the accounts of the tests."""
    with warnings.catch_warnings():
        # A library of Airflow's imports a test client that warns of its own future.
        warnings.simplefilter("ignore")
        from airflow_provider_media.api import auth, backend
        from airflow_provider_media.api.app import build_app
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser

    from airflow_provider_media.api.rate import RateLimits

    class NoLimits(RateLimits):
        def take(self, account: Any) -> None:
            """Take nothing."""

    app = build_app()
    app.state.rate_limits = NoLimits()

    async def somebody() -> SimpleAuthManagerUser:
        return SimpleAuthManagerUser(username="ann", role="admin")

    async def everything() -> Any:
        return lambda *_: True

    async def accounts() -> Any:
        return queues.ACCOUNTS

    app.dependency_overrides = {auth.signed_in: somebody, auth.permissions: everything, backend.queues: accounts}
    yield app


def poll(app: Any, filters: Mapping[str, Mapping[str, Any]], times: int) -> dict[str, dict[str, list[float]]]:
    """Return the seconds of whole answers and of 304, in turns so that both meet the same load, by filter."""
    import httpx

    async def seconds(get: Get, status: int) -> float:
        begin = time.perf_counter()
        answer = await get()
        taken = time.perf_counter() - begin
        assert answer.status_code == status
        return taken

    async def polled() -> dict[str, dict[str, list[float]]]:
        found: dict[str, dict[str, list[float]]] = {}
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://media") as client:
            for name, wanted in filters.items():
                query = {"params": {"details": True, **wanted}}
                known = {"If-None-Match": (await client.get(PATH, **query)).headers["etag"]}
                taken = found.setdefault(name, {"whole": [], "unchanged": []})
                for _ in range(times):
                    taken["whole"].append(await seconds(lambda query=query: client.get(PATH, **query), 200))
                    again = {**query, "headers": known}
                    taken["unchanged"].append(await seconds(lambda again=again: client.get(PATH, **again), 304))
        return found

    return asyncio.run(polled())


def ratio(taken: Mapping[str, list[float]]) -> float:
    """Return the time of a 304 as a part of the time of a whole answer."""
    return median(taken["unchanged"]) / median(taken["whole"])
