"""Resources of Task states that another distribution adds: CONTRIBUTING.md, "Add a resource of Task states"."""

import json

import pytest

from tests.added_rows import path_with, run_python, write_distribution
from tests.airflow_process import run_dags

GROUP = "airflow_provider_media.resources"
SOURCE = """
import re

from airflow_provider_media.core.statelang import TaskFailed
from airflow_provider_media.state_machines.resources.task_resource import TaskResource


def count_words(resource, arguments, context, invocation):
    language = resource.rpartition(":")[2]
    if language == "la":
        raise TaskFailed("Words.NoSuchLanguage", f"{resource} has no dictionary.")
    return {"words": len(arguments["text"].split()), "language": language}


WORDS = TaskResource(
    name="words",
    pattern=re.compile("words:count:[a-z]{2}"),
    forms=("words:count:<language>",),
    summary="the number of words in a text",
    call=count_words,
    takes_token=True,
)
SUBTITLES = TaskResource(
    name="subtitles",
    pattern=re.compile("subtitles:burn"),
    forms=("subtitles:burn",),
    summary="a video with its subtitles in the picture",
    call=lambda resource, arguments, context, invocation: {"made": arguments["source"]},
    is_media=True,
)
"""
COUNT = {"Type": "Task", "Resource": "words:count:en", "ResultPath": "$.count"}
MACHINE = {
    "StartAt": "Count",
    "States": {
        "Count": COUNT | {"Next": "Fail"},
        "Fail": {
            "Type": "Task",
            "Resource": "words:count:la",
            "Catch": [{"ErrorEquals": ["Words.NoSuchLanguage"], "ResultPath": "$.caught", "Next": "Burn"}],
            "End": True,
        },
        "Burn": {"Type": "Task", "Resource": "subtitles:burn", "ResultPath": "$.film", "End": True},
    },
}
LOOP = {
    "StartAt": "Count",
    "States": {
        "Count": COUNT | {"Next": "Enough"},
        "Enough": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.count.words", "NumericGreaterThan": 2, "Next": "Done"}],
            "Default": "More",
        },
        "More": {"Type": "Pass", "Parameters": {"text": "one two three"}, "Next": "Count"},
        "Done": {"Type": "Pass", "InputPath": "$.count", "End": True},
    },
}
SCRIPT = f"""
import json

from airflow_provider_media.core.statelang import parse
from airflow_provider_media.factory.state_machine import state_machine_dag
from airflow_provider_media.state_machines.express import run_express
from airflow_provider_media.state_machines.resources.child_run_task import dag_of
from airflow_provider_media.state_machines.resources.integrations import objection

machine = json.loads('''{json.dumps(MACHINE)}''')
names = ["words:count:en", "words:count:en.waitForTaskToken", "words:count:en.sync", "words:count:english"]
names += ["subtitles:burn"]
ended = run_express(parse(machine), {{"text": "to be or not", "source": "s3://films/one.mp4"}}, name="one")
print(json.dumps({{
    "objections": {{name: objection(name) for name in names}},
    "child_runs": {{name: dag_of(name) for name in names}},
    "pools": {{task.task_id: task.pool for task in state_machine_dag("words", machine).tasks}},
    "status": ended.status,
    "output": ended.output,
}}))
"""
DAG_FILE = f"""
import json

from airflow_provider_media.factory.state_machine import state_machine_dag

native = state_machine_dag("native", json.loads('''{json.dumps(MACHINE)}'''))
durable = state_machine_dag("durable", json.loads('''{json.dumps(LOOP)}'''))
"""


@pytest.fixture
def folder(tmp_path):
    write_distribution(tmp_path, "words_resource", SOURCE, GROUP, "WORDS", "SUBTITLES")
    return tmp_path


@pytest.fixture
def found(folder, monkeypatch):
    monkeypatch.setenv("AIRFLOW__MEDIA__POOL", "films")
    done = run_python(folder, "-c", SCRIPT)
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_added_resource_is_checked_given_its_pool_and_called(found):
    objections = found["objections"]
    assert [name for name, problem in objections.items() if problem is None] == [
        "words:count:en",
        "words:count:en.waitForTaskToken",
        "subtitles:burn",
    ]
    assert objections["words:count:en.sync"].endswith(
        "cannot be called with .sync at its end; allowed is nothing or .waitForTaskToken."
    )
    assert objections["words:count:english"] == "words:count:english does not exist; there are words:count:<language>."
    assert found["child_runs"]["words:count:en"] is None
    assert found["child_runs"]["words:count:en.waitForTaskToken"] == "media_state_wait"
    assert found["child_runs"]["subtitles:burn"] == "media_state_task"
    assert found["pools"] == {
        "Count": "default_pool",
        "Fail": "default_pool",
        "Burn": "films",
        "result": "default_pool",
    }
    assert found["status"] == "SUCCEEDED"
    assert found["output"]["count"] == {"words": 4, "language": "en"}
    assert found["output"]["caught"] == {"Error": "Words.NoSuchLanguage", "Cause": "words:count:la has no dictionary."}
    assert found["output"]["film"] == {"made": "s3://films/one.mp4"}


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (SOURCE.replace('name="words"', 'name="media"'), "adds the name 'media', which exists already"),
        ("WORDS = SUBTITLES = 1", "must name a TaskResource but names a int"),
    ],
)
def test_added_resource_that_is_none_is_refused_with_its_place(folder, source, message):
    (folder / "words_resource.py").write_text(source)
    done = run_python(folder, "-c", SCRIPT)
    assert done.returncode == 1
    assert message in done.stderr


@pytest.mark.integration
@pytest.mark.timeout(300)
def test_machines_with_added_resources_run_in_airflow(folder, tmp_path_factory):
    home, dags = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("dags")
    (dags / "machines.py").write_text(DAG_FILE)
    confs = {"native": {"text": "a b c d", "source": "s3://films/one.mp4"}, "durable": {"text": "one"}}
    order = {
        "home": str(home),
        "bundles": {"added": str(dags)},
        "runs": [{"dag_id": f"state_machine_{name}", "conf": conf} for name, conf in confs.items()],
    }
    environment = {"PYTHONPATH": path_with(folder)}
    ran = run_dags(order, environment, timeout_seconds=250)
    assert ran["errors"] == {}
    outputs = [
        next(each["value"] for each in run["xcoms"] if (each["task"], each["key"]) == ("result", "return_value"))
        for run in ran["runs"]
    ]
    assert (outputs[0]["count"]["words"], outputs[0]["film"]) == (4, {"made": "s3://films/one.mp4"})
    assert outputs[1] == {"words": 3, "language": "en"}
