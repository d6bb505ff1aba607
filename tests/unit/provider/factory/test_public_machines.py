"""Public state machines become DAGs that Airflow can write down, where STATELANG_CASES names the folder that holds
them.
"""

import hashlib
import json
import os
from pathlib import Path

import pytest

from airflow_provider_media.core.statelang import parse, validate
from airflow_provider_media.core.statelang.native import NativePlan, shape_of
from airflow_provider_media.factory.state_machine import state_machine_dag

FOLDER = Path(os.environ.get("STATELANG_CASES") or "nowhere")
GOLDEN = Path(__file__).parents[3] / "golden" / "public_machines.json"

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="STATELANG_CASES names no folder")


def digest(value):
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def sound():
    """The definitions that are valid, by a digest of their name; the others are not for this language (see the page on
    misses).
    """
    rows = (
        [json.loads(line) for line in (FOLDER / "definitions.jsonl").read_text().splitlines()]
        if FOLDER.is_dir()
        else []
    )
    return {
        digest(row["id"]): row["definition"]
        for row in rows
        if not any(found.is_error for found in validate(row["definition"]))
    }


MACHINES = sound()


def graph(dag):
    return {
        task.task_id: {
            each: dag.get_edge_info(task.task_id, each).get("label", "") for each in sorted(task.downstream_task_ids)
        }
        for task in dag.tasks
    }


def test_nearly_all_of_them_are_sound():
    assert len(MACHINES) >= 111


@pytest.mark.parametrize("durable", [False, True], ids=["as it suits", "one task"])
@pytest.mark.parametrize("name", MACHINES)
def test_a_machine_becomes_a_dag_that_airflow_can_write_down(name, durable):
    from airflow.serialization.serialized_objects import DagSerialization

    dag = state_machine_dag(name, MACHINES[name], durable=durable)
    back = DagSerialization.from_dict(DagSerialization.to_dict(dag))
    assert back.task_ids == dag.task_ids
    dag.validate()


def test_the_graphs_are_those_that_they_were():
    """Only digests are kept, for the machines are not ours; ``UPDATE_GOLDEN=1`` writes them anew."""
    found = {
        name: digest(graph(state_machine_dag(name, definition)))
        for name, definition in MACHINES.items()
        if isinstance(shape_of(parse(definition)), NativePlan)
    }
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(json.dumps(found, indent=2) + "\n")
    assert found == json.loads(GOLDEN.read_text())
