"""A client of the REST API, as people write one; the guide shows it and the system tests use it."""

import time
from typing import Any

import httpx


# [START client]
def connect(server: str, user: str, password: str) -> httpx.Client:
    """A client that sends a token of Airflow with every request."""
    answer = httpx.post(f"{server}/auth/token", json={"username": user, "password": password})
    token = answer.raise_for_status().json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.Client(base_url=f"{server}/media/v1/accounts/default/", headers=headers, timeout=60)


def submit(client: httpx.Client, body: dict[str, Any], key: str) -> dict[str, Any]:
    """The receipt of a job; sending the same request again after an answer was lost gives the same one."""
    headers = {"Idempotency-Key": key}
    while (answer := client.post("ingest-requests", json=body, headers=headers)).status_code in {429, 503}:
        time.sleep(int(answer.headers.get("Retry-After", "5")))
    return answer.raise_for_status().json()


def wait(client: httpx.Client, job: str, *, seconds: float = 5) -> dict[str, Any]:
    """The job once it has ended, well or not."""
    while (told := client.get(f"jobs/{job}").raise_for_status().json())["state"] in {"waiting", "running"}:
        time.sleep(seconds)
    return told


# [END client]


# [START upload]
def upload(client: httpx.Client, name: str, content: bytes) -> str:
    """The URI of a file that was put into the account's place for uploads."""
    place = client.get(f"upload-urls/{name}").raise_for_status().json()
    httpx.put(place["signed_url"], content=content, timeout=600).raise_for_status()
    return str(place["api_request_url"])


# [END upload]
