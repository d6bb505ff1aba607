"""Workflows are written as YAML for people, without secrets."""

from pathlib import Path

from airflow_provider_media.core.workflows.document import read_yaml
from airflow_provider_media.core.workflows.parsing import build_workflow
from airflow_provider_media.core.workflows.presets import load_presets
from airflow_provider_media.core.workflows.yaml_text import workflow_text

WANTED = {
    "name": "told",
    "output": {"location": "s3://media-out/"},
    "outputs": {"poster": {"kind": "snapshots", "at": ["0s"]}},
    "notifications": [{"url": "https://cms.example.com/hooks/media?token=5ECRET", "mode": "change"}],
}


def test_workflow_text_names_targets_without_their_secrets():
    text = workflow_text(build_workflow(WANTED, load_presets(Path("/nonexistent"))))
    assert "5ECRET" not in text
    (shown,) = read_yaml(text).plain()["notifications"]
    assert (shown["url"], shown["mode"]) == ("https://cms.example.com/hooks/media", "change")
