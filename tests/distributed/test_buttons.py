"""Airflow's own buttons, each pressed at each moment of a job: whatever is pressed, everything that tells of the job
agrees in the end.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from demo.component import StackError
from tests.distributed.buttons import MACHINES, STAGES, Bench, Button, Pressed, buttons_of, running_bench, sqs
from tests.distributed.postgres import installed

pytestmark = [pytest.mark.buttons, pytest.mark.timeout(1800)]
MOMENTS = ("waiting", *STAGES, "succeeded", "failed", "cancelled")
"""When a button is pressed: before the job has its slot, while a stage works, and after each kind of end."""
RIGHT_COMMAND = re.compile(
    r"airflow media (cancel|retry) \w+|submit it again|Try again in a moment|Delete the job's run in its queue first|"
    r"executions/\S+/stop|Start another execution"
)
SIDE_BY_SIDE = 4
"""Moments at once: more jobs would only wait for the same two processors."""
PATIENCE_SECONDS = 240
ENDED = {"success", "failed", "skipped", "upstream_failed", "removed"}


def buttons(moment: str) -> Iterator[Button]:
    """All buttons of both runs of a job, and of their tasks: of those at work, and at one moment also of those before
    and after.
    """
    tasks = ("probe", "encode", "publish") if moment == "encode" else (moment,) if moment in STAGES else ("encode",)
    yield from buttons_of("queue", ("job", "close"))
    yield from buttons_of("work", tasks)


CELLS = tuple((moment, button) for moment in MOMENTS for button in buttons(moment))


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    if not installed():
        pytest.skip("PostgreSQL is not installed")
    with running_bench(tmp_path_factory.mktemp("buttons")) as running:
        yield running


def press_all(bench: Bench, moment: str, left: list[Button]) -> list[Pressed]:
    """Press buttons at a moment: on one job, until one is accepted, for what is refused must change nothing."""
    jobs: list[Pressed] = []
    while left:
        jobs.append(bench.submit(f"{moment}-{len(jobs)}", moment))
        try:
            press_until_accepted(bench, jobs[-1], left)
        except StackError as error:
            jobs[-1].tried.extend((button, 0, str(error)) for button in left)
            left.clear()
    return jobs


def press_until_accepted(bench: Bench, job: Pressed, left: list[Button]) -> None:
    if job.moment == "cancelled":
        bench.stack.wait_until(
            lambda: bench.run("media_held", job.run), what=f"the start of {job.name}", timeout_seconds=PATIENCE_SECONDS
        )
        bench.stack.api("POST", bench.rest(f"jobs/{job.id}/cancel", job.moment))
    bench.stack.wait_until(lambda: bench.is_there(job), what=f"{job.name}", timeout_seconds=PATIENCE_SECONDS)
    while left:
        if bench.press(left.pop(0), job) < 400:
            break
    bench.release(job)


def end_of(bench: Bench, job: Pressed) -> list[str]:
    """What does not agree about a job once all is quiet."""
    queue = bench.queue(job.moment)
    view, run, work = bench.state(job), bench.run(queue, job.run), bench.run("media_held", job.run)
    ends = [event["type"].removeprefix("job.") for event in told(bench, job) if event["type"] != "job.started"]
    manifest = bench.top / "out" / job.name / ".media" / "jobs" / job.id / "manifest.json"
    published = [
        path for path in (bench.top / "out" / job.name).rglob("*") if path.is_file() and ".media" not in path.parts
    ]
    if view is None:
        deleted = any(
            button.name == "delete run" and button.target == "queue" and status < 400 for button, status, _ in job.tried
        )
        return [] if deleted else ["the job is unknown"]
    succeeded = view["state"] == "succeeded"
    expected = "success" if succeeded else "failed"
    problems = [] if run and run["state"] == expected else [f"job {view['state']}, queue run {run and run['state']}"]
    if (work and work["state"] != expected) or (succeeded and not work):
        problems.append(f"job {view['state']}, workflow run {work and work['state']}")
    if manifest.exists() != succeeded or bool(published) != succeeded:
        problems.append(f"job {view['state']}, manifest {manifest.exists()}, published {published}")
    if succeeded and not all(
        Path(made["uri"].removeprefix("file://")).exists() for made in json.loads(manifest.read_text())["outputs"]
    ):
        problems.append("a file of the manifest is not there")
    if succeeded and not view["manifest"]:
        problems.append("the job has succeeded without a manifest")
    if not ends or ends[-1] != view["state"] or "succeeded" in ends[:-1] or len(ends) > 1 + view["retries"]:
        problems.append(f"job {view['state']} after {view['retries']} retries, announced as {ends}")
    alive = [
        task["task_id"]
        for dag in (queue, "media_held")
        for task in bench.tasks(dag, job.run)
        if task["state"] not in ENDED
    ]
    return problems + ([f"tasks {alive} have not ended"] if alive else [])


def told(bench: Bench, job: Pressed) -> list[dict[str, Any]]:
    """The events that were sent about a job, each once."""
    queue = sqs(bench.stack)
    while received := queue.receive_message(
        QueueUrl=bench.queue_url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
    ).get("Messages"):
        for message in received:
            bench.messages.setdefault(
                message["MessageAttributes"]["webhook-id"]["StringValue"], json.loads(message["Body"])
            )
            queue.delete_message(QueueUrl=bench.queue_url, ReceiptHandle=message["ReceiptHandle"])
    return [event for event in bench.messages.values() if event["data"]["job_id"] == job.id]


def is_quiet(bench: Bench) -> bool:
    """Whether no run of any DAG is left that has not ended."""
    return all(
        not bench.stack.api("GET", f"dags/~/dagRuns?state={state}&limit=1")["dag_runs"]
        for state in ("queued", "running")
    )


@pytest.fixture(scope="module")
def verdicts(bench: Bench, request: pytest.FixtureRequest) -> dict[tuple[str, str, str], list[str]]:
    """What is wrong with each cell."""
    wanted = cells_to_test(request, test_button_at_moment_ends_in_one_truth_or_is_refused.__name__)
    left = {moment: [params["button"] for params in wanted if params["moment"] == moment] for moment in MOMENTS}
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        jobs = [
            job for found in pool.map(lambda moment: press_all(bench, moment, left[moment]), MOMENTS) for job in found
        ]
    bench.stack.api(
        "PATCH",
        "pools/media_jobs_late?update_mask=slots",
        {"name": "media_jobs_late", "slots": 100, "include_deferred": True},
    )
    wait_for_quiet(bench)
    return {
        (job.moment, cell[0].target, cell[0].name): verdict(cell, problems, is_last=cell is job.tried[-1])
        for job in jobs
        for problems in [end_of(bench, job)]
        for cell in job.tried
    }


def cells_to_test(request: pytest.FixtureRequest, test: str) -> list[dict[str, Any]]:
    """The parameters of a test that this session has selected."""
    items = [item for item in request.session.items if isinstance(item, pytest.Function) and item.originalname == test]
    return [item.callspec.params for item in items]


def wait_for_quiet(bench: Bench) -> None:
    """Wait until all runs have ended; those that do not are told of by the cells."""
    try:
        bench.stack.wait_until(lambda: is_quiet(bench), what="all runs to end", timeout_seconds=300)
    except StackError as error:
        print(error)


def verdict(cell: tuple[Button, int, str], problems: Sequence[str], *, is_last: bool) -> list[str]:
    """What is wrong with one button: with what came of it where it was accepted, or with how it was refused."""
    _, status, words = cell
    if status == 0:
        return [f"was not pressed: {words}"]
    if status >= 400 and not is_refusal(status, words):
        return [*problems, f"answered with {status}: {words}"]
    return list(problems) if is_last else []


def is_refusal(status: int, words: str) -> bool:
    """Whether a button was refused with the right command, or by Airflow because there is nothing that it could do."""
    nothing = status == 404 or "is already in" in words or "cannot be deleted in running state" in words
    return (status == 409 and bool(RIGHT_COMMAND.search(words))) or nothing


@pytest.mark.parametrize(
    ("moment", "button"), CELLS, ids=lambda each: each if isinstance(each, str) else f"{each.target} {each.name}"
)
def test_button_at_moment_ends_in_one_truth_or_is_refused(
    moment: str, button: Button, verdicts: Mapping[Any, Sequence[str]]
) -> None:
    assert verdicts[moment, button.target, button.name] == []


def test_all_slots_are_free_after_all_buttons(bench: Bench, verdicts: object) -> None:
    pools = bench.stack.api("GET", "pools")["pools"]
    assert {pool["name"]: pool["occupied_slots"] for pool in pools if pool["occupied_slots"]} == {}


EXECUTION_MOMENTS = ("running", "succeeded", "failed")
EXECUTION_CELLS = tuple(
    (machine, moment, button)
    for machine in MACHINES
    for moment in EXECUTION_MOMENTS
    for button in buttons_of(machine, ("Hold", "result") if machine == "native" else ("result",))
)
EXECUTED = {"SUCCEEDED": "success", "FAILED": "failed", "ABORTED": "failed"}
SECONDS_AT_WORK = 25


def press_on_executions(
    bench: Bench, machine: str, moment: str, left: list[Button]
) -> list[tuple[str, list[tuple[Button, int, str]]]]:
    """Press buttons on executions of a machine, as on jobs; answers with the executions and what was pressed on
    each.
    """
    executions = []
    while left:
        name = f"{machine}-{moment}-{len(executions)}"
        value = {"seconds": SECONDS_AT_WORK if moment == "running" else 0, "fail": moment == "failed", "again": False}
        bench.stack.api("POST", f"/media/v1/state-machines/{machine}/executions", {"name": name, "input": value})
        bench.stack.wait_until(
            lambda name=name: is_at(bench, machine, name, moment), what=name, timeout_seconds=PATIENCE_SECONDS
        )
        tried = []
        while left and (not tried or tried[-1][1] >= 400):
            tried.append((left[0], *bench.ask(left.pop(0), f"state_machine_{machine}", name)))
        executions.append((name, tried))
    return executions


def is_at(bench: Bench, machine: str, name: str, moment: str) -> bool:
    """Whether an execution has come to a moment."""
    if moment != "running":
        return execution(bench, machine, name)["status"] == moment.upper()
    return any(task["state"] in {"running", "deferred"} for task in bench.tasks(f"state_machine_{machine}", name))


def execution(bench: Bench, machine: str, name: str) -> dict[str, Any]:
    """An execution as REST tells of it; empty where there is none."""
    status, answer = bench.stack.request("GET", f"/media/v1/state-machines/{machine}/executions/{name}")
    return answer if status == 200 else {"status": None}


def execution_problems(bench: Bench, machine: str, name: str, tried: Sequence[tuple[Button, int, str]]) -> list[str]:
    """What does not agree about an execution once all is quiet."""
    view, run = execution(bench, machine, name), bench.run(f"state_machine_{machine}", name)
    if run is None:
        return (
            []
            if tried[-1][0].name == "delete run" and view["status"] is None
            else [f"no run, execution {view['status']}"]
        )
    problems = (
        [] if EXECUTED.get(view["status"]) == run["state"] else [f"execution {view['status']}, run {run['state']}"]
    )
    if view["status"] == "SUCCEEDED" and view["output"] is None:
        problems.append("the execution has succeeded without an output")
    alive = [task["task_id"] for task in bench.tasks(f"state_machine_{machine}", name) if task["state"] not in ENDED]
    return problems + ([f"tasks {alive} have not ended"] if alive else [])


@pytest.fixture(scope="module")
def execution_verdicts(bench: Bench, request: pytest.FixtureRequest) -> dict[tuple[str, str, str], list[str]]:
    """What is wrong with each cell of executions."""
    pairs = [(machine, moment) for machine in MACHINES for moment in EXECUTION_MOMENTS]
    wanted = cells_to_test(request, test_button_on_execution_ends_in_one_truth_or_is_refused.__name__)
    left = {
        pair: [params["button"] for params in wanted if (params["machine"], params["moment"]) == pair] for pair in pairs
    }
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        found = list(pool.map(lambda pair: press_on_executions(bench, *pair, left[pair]), pairs))
    wait_for_quiet(bench)
    verdicts = {}
    for (machine, moment), executions in zip(pairs, found, strict=True):
        for name, tried in executions:
            problems = execution_problems(bench, machine, name, tried)
            for cell in tried:
                verdicts[machine, moment, cell[0].name] = verdict(cell, problems, is_last=cell is tried[-1])
    return verdicts


@pytest.mark.parametrize(
    ("machine", "moment", "button"), EXECUTION_CELLS, ids=lambda each: each if isinstance(each, str) else each.name
)
def test_button_on_execution_ends_in_one_truth_or_is_refused(
    machine: str, moment: str, button: Button, execution_verdicts: Mapping[Any, Sequence[str]]
) -> None:
    assert execution_verdicts[machine, moment, button.name] == []


def test_tasks_clear_of_queue_with_succeeded_job_refused_without_change(bench: Bench) -> None:
    job = bench.submit("command", "succeeded")
    bench.stack.wait_until(lambda: bench.is_there(job), what="the end of the job", timeout_seconds=PATIENCE_SECONDS)
    with pytest.raises(StackError, match="has succeeded, and what it has published stays"):
        bench.stack.airflow("tasks", "clear", "--yes", bench.queue(job.moment))
    assert end_of(bench, job) == []


@pytest.mark.parametrize("dag_id", ["media_ingest_normal", "media_held", "media_announce", "state_machine_native"])
def test_backfill_of_a_dag_without_schedule_is_refused_by_airflow(dag_id: str, bench: Bench) -> None:
    body = {"dag_id": dag_id, "from_date": "2026-01-01T00:00:00Z", "to_date": "2026-01-03T00:00:00Z"}
    status, answer = bench.stack.request("POST", "backfills", body)
    assert 400 <= status < 500
    assert "non-periodic schedule" in str(answer["detail"])
