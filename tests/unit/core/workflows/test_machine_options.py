"""What stands beside a state machine is checked like a workflow."""

import pytest

from airflow_provider_media.core.errors import StateMachineInvalid
from airflow_provider_media.core.workflows.machine_options import MachineSettings, load_settings


def written(folder, text):
    path = folder / "ladder.yaml"
    path.write_text(text)
    return path


def test_load_settings_without_file_standard_machine_with_default_connection(tmp_path):
    assert load_settings(tmp_path / "ladder.yaml") == MachineSettings(
        type="standard", connection="aws_default", tags=(), schedule=None
    )


def test_a_file_says_how_its_machine_is_run(tmp_path):
    found = load_settings(
        written(tmp_path, "type: express\nconnection: media_s3\ntags: [film, daily]\nschedule: '@daily'\n")
    )
    assert found == MachineSettings(type="express", connection="media_s3", tags=("film", "daily"), schedule="@daily")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("# who\nconection: media_s3\n", "ladder.yaml:2:1: conection:"),
        ("conection: media_s3\n", "Did you mean 'connection'?"),
        ("type: expres\n", "Did you mean 'express'?"),
        ("tags: film\n", "ladder.yaml:1:1: tags: 'film' is not a list"),
        ("connection: ''\n", "connection"),
        ("type: express\ntype: standard\n", "is given twice"),
        ("a: [\n", "not YAML"),
    ],
)
def test_load_settings_mistake_names_file_line_field_nearest_word(tmp_path, text, told):
    with pytest.raises(StateMachineInvalid) as refused:
        load_settings(written(tmp_path, text))
    assert told in refused.value.message
    assert refused.value.code == "state_machine_invalid"
