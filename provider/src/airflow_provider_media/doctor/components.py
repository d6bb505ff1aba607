"""Airflow's components, as seen in its database and by its API."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from airflow.sdk.configuration import conf

from airflow_provider_media.doctor.check_result import CheckResult, error, ok

RUNNERS = {"SchedulerJob": "scheduler", "TriggererJob": "triggerer", "DagProcessorJob": "dag-processor"}
"""Names of components by the job types in Airflow's database."""
CLOCK_SECONDS = 5.0
"""Least difference between clocks that breaks signatures, waits and places in queues."""
REQUEST_SECONDS = 10.0


def components() -> Iterator[CheckResult]:
    """Check that the scheduler, the triggerer and the DAG processor are alive."""
    from airflow.jobs.job import most_recent_job
    from airflow.utils.session import create_session

    with create_session(scoped=False) as session:
        for job_type, name in RUNNERS.items():
            job = most_recent_job(job_type, session=session)
            if job is not None and job.is_alive():
                yield ok(name, f"alive, heartbeat at {job.latest_heartbeat:%H:%M:%S %Z}")
            else:
                yield error(name, "it does not run", f"Start it: airflow {name}. Jobs need it.")


def api() -> Iterator[CheckResult]:
    """Check that tasks reach the API server, and that its clock agrees with this machine's."""
    import httpx

    parts = urlsplit(execution_api())
    server = f"{parts.scheme}://{parts.netloc}"
    try:
        answer = httpx.get(f"{server}/api/v2/version", timeout=REQUEST_SECONDS)
        ours = httpx.get(f"{server}/media/openapi.json", timeout=REQUEST_SECONDS)
    except httpx.HTTPError as wrong:
        advice = "Start the API server, or correct [core] execution_api_server_url or [api] base_url on every machine."
        yield error("API", f"{server} cannot be reached: {type(wrong).__name__}", advice)
        return
    if answer.status_code >= httpx.codes.BAD_REQUEST:
        yield error(
            "API",
            f"{server} answers with {answer.status_code}",
            "Correct [core] execution_api_server_url: it is no Airflow 3.",
        )
        return
    yield ok("API", f"Airflow {answer.json()['version']} at {server}")
    if ours.status_code == httpx.codes.NOT_FOUND:
        yield error(
            "REST",
            f"{server}/media is not there",
            "Install the distribution where the API server runs, and restart it.",
        )
    else:
        yield ok("REST", f"answers at {server}/media/v1/")
    if sent := answer.headers.get("date"):
        yield _clock("the API server", parsedate_to_datetime(sent))


def execution_api() -> str:
    """Return the address at which tasks look for the API server.

    Without a configured address, the API server's port on this machine is assumed.
    """
    address = conf.get("core", "execution_api_server_url", fallback="") or ""
    base = conf.get("api", "base_url", fallback="") or ""
    if address or base.startswith("http"):
        return address or base
    return f"http://localhost:{conf.get('api', 'port', fallback='8080')}"


def database_clock() -> Iterator[CheckResult]:
    """Check that the database's clock agrees with this machine's."""
    from airflow.utils.session import create_session
    from sqlalchemy import func, select

    with create_session(scoped=False) as session:
        now = session.scalar(select(func.now()))
    if isinstance(now, datetime):
        yield _clock("the database", now if now.tzinfo else now.replace(tzinfo=UTC))


def _clock(whose: str, then: datetime) -> CheckResult:
    seconds = (datetime.now(UTC) - then).total_seconds()
    if abs(seconds) > CLOCK_SECONDS:
        return error(
            "clock", f"{abs(seconds):.0f} s apart from that of {whose}", "Set the clocks of all machines by NTP."
        )
    return ok("clock", f"that of {whose}")
