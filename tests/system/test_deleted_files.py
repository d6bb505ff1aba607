"""Jobs and executions outlive the files of their workflows and state machines, on the real Airflow."""

import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.stack import ROOT, Stack, local_stack
from tests import media
from tests.web import Handler, Server

pytestmark = [pytest.mark.system, pytest.mark.timeout(420)]

DAG_FILES = ("media_announce", "media_ingest", "media_workflows", "media_workflow_errors")
WORKFLOW = "name: {name}\noutputs:\n  {output}: {{kind: snapshots, at: [0], format: png}}\noutput: {{location: 'file://{top}/out/'}}\n"


class Sources:
    """Serves a film, of which each path is held back after a few bytes until the test lets it go."""

    def __init__(self, film: Path) -> None:
        self.film = film.read_bytes()
        self.began: set[str] = set()
        self.gates: dict[str, threading.Event] = {}

    def gate(self, path: str) -> threading.Event:
        return self.gates.setdefault(path, threading.Event())

    def answer(self, handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(self.film)))
        handler.end_headers()
        sent = 0
        self.began.add(handler.path)
        while not self.gate(handler.path).wait(0.2) and not handler.server.owner.over.is_set() and sent < len(self.film) - 1:
            handler.wfile.write(self.film[sent : sent + 1])
            sent += 1
        handler.wfile.write(self.film[sent:])


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with one queue of one slot."""
    top = tmp_path_factory.mktemp("deleted")
    for folder in ("dags", "plugins", "include/workflows", "include/state_machines", "out"):
        (top / folder).mkdir(parents=True)
    for name in DAG_FILES:
        shutil.copy(ROOT / "dags" / f"{name}.py", top / "dags")
    shutil.copy(ROOT / "plugins" / "media_plugin.py", top / "plugins")
    (top / "include" / "queues.yaml").write_text(json.dumps({"accounts": {"default": {"limits": {"active": 1}}}}))
    media.clip(top / "film.mp4", seconds=1)
    return top


@pytest.fixture(scope="module")
def sources(place: Path) -> Iterator[Sources]:
    with Server() as server:
        held = Sources(place / "film.mp4")
        held.port = server.port
        server.answer = held.answer
        yield held
        for gate in held.gates.values():
            gate.set()


@pytest.fixture(scope="module")
def stack(place: Path, sources: Sources) -> Iterator[Stack]:
    options = {
        "dag_processor.min_file_process_interval": "1",
        # A DAG that its file makes no more is stale after a moment, instead of after 50 seconds.
        "dag_processor.stale_dag_threshold": "2",
        "dag_processor.parsing_cleanup_interval": "1",
        "media.https_allow": f"127.0.0.1:{sources.port}",
        "media.limit_fetch_bytes_per_second": "0",
        "media.local_folders": str(place),
        "media.retries": "0",
    }
    write(place, "steady")
    with local_stack(place / "home", dags=place / "dags", plugins=place / "plugins", options=options) as running:
        for dag_id in ("media_steady", "media_ingest_normal", "media_announce"):
            running.wait_for_dag(dag_id)
        yield running


def write(place: Path, name: str, *, file: str = "", output: str = "poster") -> Path:
    path = place / "include" / "workflows" / f"{file or name}.yaml"
    path.write_text(WORKFLOW.format(name=name, output=output, top=place))
    return path


def submit(stack: Stack, sources: Sources, workflow: str, source: str) -> dict[str, str]:
    body = {"source": f"http://127.0.0.1:{sources.port}/{source}.mp4", "workflow": workflow}
    status, answer = stack.request("POST", "/media/v1/accounts/default/ingest-requests", body)
    assert status < 300, answer
    return answer


def job(stack: Stack, receipt: dict[str, str]) -> dict[str, object]:
    return stack.api("GET", f"/media/v1/accounts/default/jobs/{receipt['id']}")


def wait_for_job(stack: Stack, receipt: dict[str, str]) -> dict[str, object]:
    stack.wait_until(lambda: job(stack, receipt)["state"] not in {"waiting", "running"}, what="the job's end", timeout_seconds=90)
    return job(stack, receipt)


def wait_until_begun(stack: Stack, sources: Sources, source: str) -> None:
    stack.wait_until(lambda: f"/{source}.mp4" in sources.began, what=f"the fetch of {source}", timeout_seconds=60)


def tags(stack: Stack, dag_id: str) -> set[str]:
    return {tag["name"] for tag in stack.api("GET", f"dags/{dag_id}")["tags"]}


def is_stale(stack: Stack, dag_id: str) -> bool:
    return bool(stack.api("GET", f"dags/{dag_id}")["is_stale"])


def wait_for_retired(stack: Stack, dag_id: str) -> None:
    stack.wait_until(lambda: "retired" in tags(stack, dag_id), what=f"{dag_id} to be retired", timeout_seconds=60)


def test_jobs_of_a_deleted_workflow_end_and_waiting_ones_start(stack: Stack, place: Path, sources: Sources) -> None:
    path = write(place, "film")
    stack.wait_for_dag("media_film")
    running = submit(stack, sources, "film", "one")
    wait_until_begun(stack, sources, "one")
    waiting = submit(stack, sources, "film", "two")
    assert (running["state"], waiting["state"]) == ("running", "waiting")
    path.unlink()
    wait_for_retired(stack, "media_film")
    status, answer = stack.request(
        "POST", "/media/v1/accounts/default/ingest-requests", {"source": f"http://127.0.0.1:{sources.port}/x.mp4", "workflow": "film"}
    )
    print("REFUSAL", status, answer)
    sources.gate("/one.mp4").set()
    assert wait_for_job(stack, running)["state"] == "succeeded"
    wait_until_begun(stack, sources, "two")
    assert not is_stale(stack, "media_film")
    sources.gate("/two.mp4").set()
    assert wait_for_job(stack, waiting)["state"] == "succeeded"
    stack.wait_until(lambda: is_stale(stack, "media_film"), what="the DAG to go", timeout_seconds=60)
    assert job(stack, running)["state"] == "succeeded"
