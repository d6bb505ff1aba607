"""State machines for the tests of executions in the real Airflow: each task appends a line, and holds until it is let
go where it is to.
"""

import os
import time
from pathlib import Path

from airflow_provider_media.core.statelang import TaskFailed
from airflow_provider_media.factory.durable_machine import child_run_dags
from airflow_provider_media.factory.state_machine import state_machine_dag

NAMES = ("One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")


def work(resource, arguments, context, work=None):
    if "token" in arguments:
        with (Path(arguments["folder"]) / "tokens").open("a") as tokens:
            tokens.write(f"{arguments['token']}\n")
        return None
    folder, state = Path(arguments["folder"]), f"{context['State']['Name']}{arguments.get('item', '')}"
    with (folder / "lines").open("a") as lines:
        lines.write(f"{state} {os.getpid()} {os.getppid()}\n")
    while (folder / f"{state}.hold").exists():
        if work.cancelled():
            (folder / f"{state}.stopped").touch()
            raise TaskFailed("Stopped")
        time.sleep(0.05)
    if (folder / f"{state}.broken").exists():
        raise TaskFailed("Broken", "as it was told")
    return state


def task(resource, **more):
    return {"Type": "Task", "Resource": resource, "Parameters": {"folder.$": "$.folder"}, "ResultPath": None, **more}


def ten():
    states = {
        name: task("test:work", **({"Next": NAMES[number + 1]} if number + 1 < len(NAMES) else {"End": True}))
        for number, name in enumerate(NAMES)
    }
    states["Five"]["Retry"] = [{"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 1, "MaxAttempts": 2}]
    return {"StartAt": "One", "States": states}


EACH = {
    "StartAt": "Item",
    "States": {
        "Item": {
            "Type": "Task",
            "Resource": "media:work",
            "Parameters": {"folder.$": "$.folder", "item.$": "$.item"},
            "End": True,
        }
    },
}
APART = {
    "StartAt": "Groups",
    "States": {
        "Groups": {
            "Type": "Map",
            "ItemsPath": "$.groups",
            "ItemSelector": {"folder.$": "$.folder", "items.$": "$$.Map.Item.Value"},
            "ItemProcessor": {
                "StartAt": "Items",
                "States": {
                    "Items": {
                        "Type": "Map",
                        "ItemsPath": "$.items",
                        "ItemSelector": {"folder.$": "$.folder", "item.$": "$$.Map.Item.Value"},
                        "ItemProcessor": EACH,
                        "End": True,
                    }
                },
            },
            "End": True,
        }
    },
}

ASKING = {
    "StartAt": "Ask",
    "States": {
        "Ask": {
            "Type": "Task",
            "Resource": "test:ask.waitForTaskToken",
            "Parameters": {"folder.$": "$.folder", "token.$": "$$.Task.Token"},
            "ResultPath": "$.answer",
            "Next": "Approved?",
        },
        "Approved?": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.answer.approved", "BooleanEquals": False, "Next": "Ask"}],
            "Default": "Done",
        },
        "Done": {"Type": "Succeed", "OutputPath": "$.answer"},
    },
}

THREE = {
    "StartAt": "All",
    "States": {
        "All": {
            "Type": "Parallel",
            "Branches": [
                {"StartAt": name, "States": {name: {"Type": "Task", "Resource": "test:work", "End": True}}}
                for name in ("First", "Second", "Third")
            ],
            "End": True,
        }
    },
}

dags = [
    state_machine_dag("three_calls", THREE, call=work, durable=True),
    state_machine_dag("asking", ASKING),
    state_machine_dag("ten", ten(), call=work),
    state_machine_dag("ten_in_one_task", ten(), call=work, durable=True),
    state_machine_dag("apart", APART),
]
globals().update({dag.dag_id: dag for dag in dags})
globals().update(child_run_dags(call=work))
