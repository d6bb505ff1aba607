"""Which task of jobs goes first."""

from types import SimpleNamespace

import pytest

from airflow_provider_media import weights
from airflow_provider_media.core.task_ids import ENCODE, PACKAGE, PLAN, PROBE, PUBLISH
from airflow_provider_media.factory.ingest import CLOSE_WEIGHT
from airflow_provider_media.weights import JobPriority


def task(run_id, task_id="probe"):
    return SimpleNamespace(run_id=run_id, task=SimpleNamespace(priority_weight=7, task_id=task_id))


@pytest.mark.parametrize(("run_id", "weight"), [("normal__1", 1000), ("low__1", 1), ("manual__2026", 7), (None, 7)])
def test_task_weight_follows_job_priority_whatever_the_workflow_says(run_id, weight):
    assert JobPriority().get_weight(task(run_id)) == weight


def test_later_stages_weigh_more_and_never_reach_the_next_priority():
    def weights_of(run_id):
        return [JobPriority().get_weight(task(run_id, stage)) for stage in (PROBE, PLAN, ENCODE, PACKAGE, PUBLISH)]

    normal, low = weights_of("normal__1"), weights_of("low__1")
    assert (normal, low) == (sorted(set(normal)), sorted(set(low)))
    assert max(low) < min(normal)
    assert max(normal) < CLOSE_WEIGHT


def test_the_rule_is_used_only_where_airflow_knows_it(monkeypatch):
    from airflow import plugins_manager

    name = "airflow_provider_media.weights.JobPriority"
    monkeypatch.setattr(plugins_manager, "get_priority_weight_strategy_plugins", lambda: {name: JobPriority})
    assert weights.weight_rule() == name
    monkeypatch.setattr(plugins_manager, "get_priority_weight_strategy_plugins", dict)
    assert weights.weight_rule() == "absolute"


def test_the_plugin_brings_the_rule():
    from airflow_provider_media.plugin import MediaPlugin

    assert MediaPlugin.priority_weight_strategies == [JobPriority]
