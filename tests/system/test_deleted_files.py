"""Jobs and executions outlive the files of their workflows and state machines, on the real Airflow."""

import importlib.util
import json
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from demo.stack import Stack
from tests import media
from tests.receiver import Receiver
from tests.stacks import lay_out_project, project_stack
from tests.web import Handler, Server

pytestmark = [pytest.mark.system, pytest.mark.timeout(420)]

DAG_FILES = (
    "media_announce.py",
    "media_ingest.py",
    "media_state_machine_errors.py",
    "media_state_machines.py",
    "media_state_tasks.py",
    "media_workflow_errors.py",
    "media_workflows.py",
)
WORKFLOW = "name: {name}\noutputs:\n  {output}: {{kind: snapshots, at: [0], format: png}}\noutput: {{location: 'file://{top}/out/'}}\n"


HAS_GIT_BUNDLES = importlib.util.find_spec("airflow.providers.git") is not None
WORKFLOWS_OF_VERSION = """
from pathlib import Path
from airflow_provider_media.factory import dags_from_workflows
globals().update(dags_from_workflows(Path(__file__).parents[1] / "include" / "workflows"))
"""


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
        while (
            not self.gate(handler.path).wait(0.2)
            and not handler.server.owner.over.is_set()
            and sent < len(self.film) - 1
        ):
            handler.wfile.write(self.film[sent : sent + 1])
            sent += 1
        handler.wfile.write(self.film[sent:])


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with one queue of one slot."""
    return project(tmp_path_factory.mktemp("deleted"))


def project(top: Path) -> Path:
    queues = {"accounts": {"default": {"limits": {"active": 1}}}}
    folders = ("include/workflows", "include/state_machines", "out")
    lay_out_project(top, *DAG_FILES, include={"queues.yaml": json.dumps(queues)}, folders=folders)
    media.clip(top / "film.mp4", seconds=1)
    write(top, "steady")
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


@contextmanager
def airflow(place: Path, sources: Sources, options: Mapping[str, str]) -> Iterator[Stack]:
    """An Airflow that soon notices what has become of files."""
    common = {
        "core.min_serialized_dag_update_interval": "1",
        "dag_processor.min_file_process_interval": "1",
        # A DAG that its file makes no more is stale after a moment, instead of after 50 seconds.
        "dag_processor.stale_dag_threshold": "2",
        "scheduler.parsing_cleanup_interval": "1",
        "media.https_allow": f"127.0.0.1:{sources.port}",
        "media.limit_fetch_bytes_per_second": "0",
        "media.local_folders": str(place),
        "media.retries": "0",
    }
    dag_ids = ("media_steady", "media_ingest_normal", "media_announce")
    with project_stack(place, options=common | dict(options), dag_ids=dag_ids) as running:
        yield running


@pytest.fixture(scope="module")
def stack(place: Path, sources: Sources, sink: Receiver) -> Iterator[Stack]:
    with airflow(place, sources, {"media.announce_allow": sink.address}) as running:
        yield running


def git(place: Path, *arguments: str) -> None:
    subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *arguments], cwd=place, check=True)


def commit(place: Path) -> None:
    git(place, "add", "dags", "include")
    git(place, "commit", "--quiet", "--message", "change")


def write(place: Path, name: str, *, file: str = "", output: str = "poster") -> Path:
    path = place / "include" / "workflows" / f"{file or name}.yaml"
    path.write_text(WORKFLOW.format(name=name, output=output, top=place))
    return path


def submit(stack: Stack, sources: Sources, workflow: str, source: str, **more: object) -> dict[str, str]:
    body = {"source": f"http://127.0.0.1:{sources.port}/{source}.mp4", "workflow": workflow, **more}
    status, answer = stack.request("POST", "/media/v1/accounts/default/ingest-requests", body)
    assert status < 300, answer
    return answer


def job(stack: Stack, receipt: dict[str, str]) -> dict[str, object]:
    return stack.api("GET", f"/media/v1/accounts/default/jobs/{receipt['id']}")


def wait_for_job(stack: Stack, receipt: dict[str, str]) -> dict[str, object]:
    stack.wait_until(
        lambda: job(stack, receipt)["state"] not in {"waiting", "running"}, what="the job's end", timeout_seconds=90
    )
    return job(stack, receipt)


def wait_until_begun(stack: Stack, sources: Sources, source: str) -> None:
    stack.wait_until(lambda: f"/{source}.mp4" in sources.began, what=f"the fetch of {source}", timeout_seconds=90)


def tags(stack: Stack, dag_id: str) -> set[str]:
    return {tag["name"] for tag in stack.api("GET", f"dags/{dag_id}")["tags"]}


def is_stale(stack: Stack, dag_id: str) -> bool:
    return bool(stack.api("GET", f"dags/{dag_id}")["is_stale"])


def wait_for_retired(stack: Stack, dag_id: str) -> None:
    stack.wait_until(lambda: "retired" in tags(stack, dag_id), what=f"{dag_id} to be retired", timeout_seconds=90)


def test_jobs_of_a_deleted_workflow_end_and_waiting_ones_start(
    stack: Stack, place: Path, sources: Sources, sink: Receiver
) -> None:
    path = write(place, "film")
    stack.wait_for_dag("media_film")
    running = submit(stack, sources, "film", "one", notify=[{"url": sink.url("/ok")}])
    wait_until_begun(stack, sources, "one")
    waiting = submit(stack, sources, "film", "two", notify=[{"url": sink.url("/ok")}])
    assert (running["state"], waiting["state"]) == ("running", "waiting")
    path.unlink()
    wait_for_retired(stack, "media_film")
    body = {"source": f"http://127.0.0.1:{sources.port}/three.mp4", "workflow": "film"}
    status, answer = stack.request("POST", "/media/v1/accounts/default/ingest-requests", body)
    assert (status, answer["error"]["code"]) == (422, "workflow_unknown")
    assert "put a file with this workflow and without errors back" in answer["error"]["message"]
    sources.gate("/one.mp4").set()
    assert wait_for_job(stack, running)["state"] == "succeeded"
    wait_until_begun(stack, sources, "two")
    assert not is_stale(stack, "media_film")
    sources.gate("/two.mp4").set()
    assert wait_for_job(stack, waiting)["state"] == "succeeded"
    stack.wait_until(lambda: is_stale(stack, "media_film"), what="the DAG to go", timeout_seconds=90)
    # Each end is announced, and jobs can be asked for when their DAG has gone.
    for receipt in (running, waiting):
        stack.wait_until(lambda one=receipt: one["id"] in announced(sink), what="the announcement", timeout_seconds=90)
        assert job(stack, receipt)["state"] == "succeeded"


def announced(sink: Receiver) -> str:
    return "".join(each.body for each in sink.received)


def test_old_jobs_end_with_old_workflow_when_name_is_reused(stack: Stack, place: Path, sources: Sources) -> None:
    write(place, "clip", output="poster")
    stack.wait_for_dag("media_clip")
    old = submit(stack, sources, "clip", "old")
    wait_until_begun(stack, sources, "old")
    waiting = submit(stack, sources, "clip", "older")
    # The file gets another name and its workflow with it, and another file gets the name.
    (place / "include" / "workflows" / "clip.yaml").unlink()
    write(place, "clip_once", output="poster")
    wait_for_retired(stack, "media_clip")
    write(place, "clip", file="new", output="cover")
    stack.wait_until(
        lambda: "retired" not in tags(stack, "media_clip"), what="the new file to be read", timeout_seconds=90
    )
    new = submit(stack, sources, "clip", "new")
    for source in ("old", "older", "new"):
        sources.gate(f"/{source}.mp4").set()
    made = [{output["output"] for output in wait_for_job(stack, receipt)["outputs"]} for receipt in (old, waiting, new)]
    assert made == [{"poster"}, {"poster"}, {"cover"}]


@pytest.mark.parametrize("content", ["{{{", "name: torn\noutputs: {x: {kind: transcode, container: exe}}\n"])
def test_jobs_of_a_broken_file_end_and_its_error_shows(
    stack: Stack, place: Path, sources: Sources, content: str
) -> None:
    source = f"torn{len(content)}"
    path = write(place, "torn")
    stack.wait_until(lambda: is_sound(stack, "media_torn"), what="the DAG", timeout_seconds=90)
    running = submit(stack, sources, "torn", source)
    wait_until_begun(stack, sources, source)
    path.write_text(content)
    wait_for_retired(stack, "media_torn")
    stack.wait_until(lambda: "torn.yaml" in import_errors(stack), what="the import error", timeout_seconds=90)
    sources.gate(f"/{source}.mp4").set()
    assert wait_for_job(stack, running)["state"] == "succeeded"


def is_sound(stack: Stack, dag_id: str) -> bool:
    status, answer = stack.request("GET", f"dags/{dag_id}")
    return status == 200 and not answer["is_stale"] and "retired" not in {tag["name"] for tag in answer["tags"]}


def import_errors(stack: Stack) -> str:
    return "".join(error["stack_trace"] for error in stack.api("GET", "importErrors")["import_errors"])


def test_retry_failed_job_succeeds_after_dag_is_deleted(stack: Stack, place: Path, sources: Sources) -> None:
    path = write(place, "brief")
    stack.wait_for_dag("media_brief")
    sources.gate("/brief.mp4").set()
    film, sources.film = sources.film, b"no film at all"
    receipt = submit(stack, sources, "brief", "brief")
    assert wait_for_job(stack, receipt)["state"] == "failed"
    path.unlink()
    stack.wait_until(lambda: is_stale(stack, "media_brief"), what="the DAG to go", timeout_seconds=90)
    sources.film = film
    stack.api("POST", f"/media/v1/accounts/default/jobs/{receipt['id']}/retry")
    assert wait_for_job(stack, receipt)["state"] == "succeeded"


@pytest.mark.skipif(not HAS_GIT_BUNDLES, reason="apache-airflow-providers-git is not installed")
def test_jobs_of_workflow_deleted_in_git_bundle_start_and_succeed(tmp_path: Path, sources: Sources) -> None:
    # The submission doors read the folder in which the repository is worked on, and DAG files the one of their version
    # of the bundle.
    place = project(tmp_path / "git")
    (place / "dags" / "media_workflows.py").write_text(WORKFLOWS_OF_VERSION)
    path = write(place, "film")
    git(place, "init", "--quiet", "--initial-branch", "main")
    commit(place)
    kwargs = {"repo_url": str(place), "tracking_ref": "main", "subdir": "dags", "refresh_interval": 2}
    bundle = {"name": "repository", "classpath": "airflow.providers.git.bundles.git.GitDagBundle", "kwargs": kwargs}
    options = {
        "dag_processor.dag_bundle_config_list": json.dumps([bundle]),
        "dag_processor.dag_bundle_storage_path": str(tmp_path / "bundles"),
    }
    with airflow(place, sources, options) as stack:
        stack.wait_for_dag("media_film")
        running = submit(stack, sources, "film", "git1")
        wait_until_begun(stack, sources, "git1")
        waiting = submit(stack, sources, "film", "git2")
        path.unlink()
        commit(place)
        wait_for_retired(stack, "media_film")
        sources.gate("/git1.mp4").set()
        assert wait_for_job(stack, running)["state"] == "succeeded"
        sources.gate("/git2.mp4").set()
        assert wait_for_job(stack, waiting)["state"] == "succeeded"
        runs = [stack.api("GET", f"dags/media_film/dagRuns/normal__{each['id']}") for each in (running, waiting)]
        assert len({run["bundle_version"] for run in runs} - {None}) == 2
        stack.wait_until(lambda: is_stale(stack, "media_film"), what="the DAG to go", timeout_seconds=90)


ASK = {"Type": "Task", "Resource": "arn:aws:states:eu-west-1:123456789012:activity:{name}", "ResultPath": "$.answer"}


def machine(name: str, *after: str, durable: bool = False) -> str:
    """A machine that waits for an activity, and then passes through some states; a way back makes one task drive it."""
    states = {"Ask": {**ASK, "Resource": ASK["Resource"].format(name=name), "Next": after[0]}}
    for state, following in pairwise(after):
        states[state] = {"Type": "Pass", "Result": state, "ResultPath": f"$.{state}", "Next": following}
    states[after[-1]] = {"Type": "Pass", "Result": after[-1], "ResultPath": f"$.{after[-1]}", "End": True}
    if durable:
        states["Ask"]["Next"] = "Enough"
        choice = {"Variable": "$.answer", "StringEquals": "again", "Next": "Ask"}
        states["Enough"] = {"Type": "Choice", "Choices": [choice], "Default": after[0]}
    return json.dumps({"StartAt": "Ask", "States": states})


def begin(stack: Stack, name: str, run_id: str) -> None:
    stack.api(
        "POST",
        f"dags/state_machine_{name}/dagRuns",
        {"dag_run_id": run_id, "logical_date": None, "conf": {"run": run_id}},
    )


def take(stack: Stack, activity: str) -> str:
    """The token of the next execution that waits for an activity."""
    found: list[str] = []

    def taken() -> bool:
        status, answer = stack.request("POST", f"/media/v1/activities/{activity}/tasks")
        found.extend([answer["token"]] if status == 200 else [])
        return bool(found)

    stack.wait_until(taken, what=f"a task of {activity}", timeout_seconds=90)
    return found[0]


def answer(stack: Stack, token: str) -> None:
    stack.api("POST", "/media/v1/task-tokens/success", {"token": token, "output": "done"})


def output(stack: Stack, name: str, run_id: str) -> dict[str, str]:
    run = stack.wait_for_run(f"state_machine_{name}", run_id, timeout_seconds=90)
    assert run["state"] == "success"
    path = f"dags/state_machine_{name}/dagRuns/{run_id}/taskInstances/result/xcomEntries/return_value?deserialize=true"
    value = stack.api("GET", path)["value"]
    return json.loads(value) if isinstance(value, str) else value


@pytest.mark.parametrize("durable", [False, True], ids=["native", "durable"])
def test_executions_of_a_deleted_machine_end(stack: Stack, place: Path, durable: bool) -> None:
    name = f"gone_{'durable' if durable else 'native'}"
    path = place / "include" / "state_machines" / f"{name}.json"
    path.write_text(machine(name, "One", "Two", durable=durable))
    stack.wait_for_dag(f"state_machine_{name}")
    begin(stack, name, "first")
    token = take(stack, name)
    path.unlink()
    wait_for_retired(stack, f"state_machine_{name}")
    answer(stack, token)
    assert output(stack, name, "first") == {"run": "first", "answer": "done", "One": "One", "Two": "Two"}
    stack.wait_until(lambda: is_stale(stack, f"state_machine_{name}"), what="the DAG to go", timeout_seconds=90)


def test_executions_of_replaced_machine_end_with_their_original_definition(stack: Stack, place: Path) -> None:
    path = place / "include" / "state_machines" / "changed.json"
    path.write_text(machine("changed", "One", "Two"))
    stack.wait_for_dag("state_machine_changed")
    begin(stack, "changed", "old")
    old = take(stack, "changed")
    path.write_text(machine("changed", "Other", "Three", "Four"))
    stack.wait_until(lambda: "have not ended" in str(dag_doc(stack)), what="the file to be read", timeout_seconds=90)
    begin(stack, "changed", "new")
    new = take(stack, "changed")
    answer(stack, new)
    assert output(stack, "changed", "new") == {
        "run": "new",
        "answer": "done",
        "Other": "Other",
        "Three": "Three",
        "Four": "Four",
    }
    answer(stack, old)
    assert output(stack, "changed", "old") == {"run": "old", "answer": "done", "One": "One", "Two": "Two"}
    # Now the DAG has the tasks of its file again.
    stack.wait_until(lambda: "Four" in tasks(stack), what="the present tasks", timeout_seconds=90)


def dag_doc(stack: Stack) -> str:
    return stack.api("GET", "dags/state_machine_changed/details")["doc_md"]


def tasks(stack: Stack) -> set[str]:
    return {task["task_id"] for task in stack.api("GET", "dags/state_machine_changed/tasks")["tasks"]}
