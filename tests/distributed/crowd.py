"""Many clients of the REST API at once."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Barrier, Lock
from typing import Any

import httpx

from demo.airflow_home import USER
from demo.stack import Stack


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one client got, and how long it waited."""

    status: int
    body: Any
    seconds: float


Call = tuple[str, dict[str, Any]]
"""Path and JSON body of a POST."""


def sign_in(stack: Stack) -> dict[str, str]:
    """Headers that let the administrator in."""
    answer = httpx.post(
        f"{stack.airflow_url}/auth/token", json={"username": USER, "password": stack.password}, trust_env=False
    )
    return {"Authorization": f"Bearer {answer.raise_for_status().json()['access_token']}"}


def bare_runs(number: int, name: str) -> list[Call]:
    """Runs of a DAG of two tasks, as Airflow's own API makes them."""
    now = datetime.now(UTC)
    bodies = (
        {"dag_run_id": f"{name}-{each}", "logical_date": (now + timedelta(microseconds=each)).isoformat()}
        for each in range(number)
    )
    return [("/api/v2/dags/bare/dagRuns", body) for body in bodies]


def submission(account: str, number: int, **more: str) -> Call:
    """The submission of one source of many."""
    return f"/media/v1/accounts/{account}/ingest-requests", {"source": f"s3://media-in/{number}.mp4", **more}


def crowd(server: str, headers: dict[str, str], calls: Sequence[Call], *, clients: int) -> list[Answer]:
    """Let clients, each on a connection of its own and beginning together, share out POSTs among them; in the order of
    their answers.
    """
    todo, lock, together, answers = iter(calls), Lock(), Barrier(clients), list[Answer]()

    def work() -> None:
        with httpx.Client(base_url=server, headers=headers, timeout=120, trust_env=False) as client:
            together.wait()
            for path, body in taken(todo, lock):
                answers.append(timed(lambda path=path, body=body: client.post(path, json=body)))

    with ThreadPoolExecutor(clients) as pool:
        for done in [pool.submit(work) for _ in range(clients)]:
            done.result()
    return answers


def taken(todo: Iterator[Call], lock: Lock) -> Iterator[Call]:
    """What is left to do, taken one by one by several threads."""
    while True:
        with lock:
            one = next(todo, None)
        if one is None:
            return
        yield one


def timed(call: Callable[[], httpx.Response]) -> Answer:
    """The answer to a call."""
    began = time.perf_counter()
    answer = call()
    seconds = time.perf_counter() - began
    is_json = answer.headers.get("content-type", "").startswith("application/json")
    return Answer(status=answer.status_code, body=answer.json() if is_json else answer.text, seconds=seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast answers came."""

    p50: float
    p99: float
    """Seconds."""
    per_second: float

    def __str__(self) -> str:
        return f"{self.per_second:6.1f}/s, p50 {1000 * self.p50:5.0f} ms, p99 {1000 * self.p99:5.0f} ms"


def pace(answers: Sequence[Answer], *, clients: int) -> Pace:
    """How fast the clients of a crowd were answered."""
    ordered = sorted(answer.seconds for answer in answers)
    p50, p99 = (ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.5, 0.99))
    return Pace(p50=p50, p99=p99, per_second=len(ordered) * clients / sum(ordered))
