import os
import stat

import pytest

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.submission.conf_signature import signing_key
from airflow_provider_media.hooks import settings


def test_workflows_and_presets_lie_beside_the_dags_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("AIRFLOW__CORE__DAGS_FOLDER", str(tmp_path / "dags"))
    assert settings.workflows_folder() == tmp_path / "include" / "workflows"
    assert settings.presets_folder() == tmp_path / "include" / "presets"


def test_folders_can_be_configured(monkeypatch, tmp_path):
    monkeypatch.setenv("AIRFLOW__MEDIA__WORKFLOWS_FOLDER", str(tmp_path))
    assert settings.workflows_folder() == tmp_path


def test_the_work_directory_is_made_for_this_user_alone(monkeypatch, tmp_path):
    monkeypatch.setenv("AIRFLOW__MEDIA__WORK_DIRECTORY", str(tmp_path / "work"))
    assert stat.S_IMODE(settings.work_directory().stat().st_mode) == 0o700


def test_without_configuration_the_work_directory_is_private_and_temporary(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert settings.work_directory() == tmp_path / f"airflow-media-{os.getuid()}"


def test_a_work_directory_of_somebody_else_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("AIRFLOW__MEDIA__WORK_DIRECTORY", str(tmp_path))
    monkeypatch.setattr(os, "getuid", lambda: tmp_path.stat().st_uid + 1)
    with pytest.raises(ConfigurationError, match="belongs to another user"):
        settings.work_directory()


def test_a_work_directory_that_cannot_be_made_says_why(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("AIRFLOW__MEDIA__WORK_DIRECTORY", str(tmp_path / "file" / "work"))
    with pytest.raises(ConfigurationError, match="cannot be made: Not a directory"):
        settings.work_directory()


def test_lists_of_hosts_and_folders_are_taken_apart(monkeypatch, tmp_path):
    monkeypatch.setenv("AIRFLOW__MEDIA__HTTPS_ALLOW", "a:443, b:80,")
    monkeypatch.setenv("AIRFLOW__MEDIA__LOCAL_FOLDERS", f"{tmp_path}: ")
    assert settings.https_allow() == {"a:443", "b:80"}
    assert settings.local_folders() == (tmp_path.resolve(),)


def test_limits_can_be_configured(monkeypatch):
    monkeypatch.setenv("AIRFLOW__MEDIA__LIMIT_PIXELS", "1000")
    monkeypatch.setenv("AIRFLOW__MEDIA__LIMIT_SOURCE_BYTES", "2000")
    assert settings.limits().pixels == 1000
    assert settings.fetch_limits().source_bytes == 2000


@pytest.mark.parametrize("text", ["", "{SECRET_KEY}"])
def test_tokens_are_not_signed_with_what_everybody_knows(monkeypatch, text):
    monkeypatch.setenv("AIRFLOW__API__SECRET_KEY", text)
    with pytest.raises(ConfigurationError, match="secret_key"):
        settings.token_secret()


def set_secrets(monkeypatch, *, own="", api="", fernet=""):
    for name, value in {"MEDIA__SUBMISSION_KEYS": own, "API__SECRET_KEY": api, "CORE__FERNET_KEY": fernet}.items():
        monkeypatch.setenv(f"AIRFLOW__{name}", value)


def test_submission_keys_default_to_secrets_that_all_components_share(monkeypatch):
    set_secrets(monkeypatch, api="{SECRET_KEY}", fernet="f2,f1")
    assert settings.submission_keys() == (signing_key("f2"), signing_key("f1"))
    set_secrets(monkeypatch, api="secret", fernet="f1")
    assert settings.submission_keys() == (signing_key("secret"), signing_key("f1"))


def test_submission_keys_of_the_configuration_replace_the_default(monkeypatch):
    new, old = "n" * 32, "o" * 32
    set_secrets(monkeypatch, own=f"{new}, {old}", api="secret", fernet="f1")
    assert settings.submission_keys() == (signing_key(new), signing_key(old))


def test_submission_key_that_is_short_is_refused_without_showing_it(monkeypatch):
    set_secrets(monkeypatch, own=f"{'n' * 32},swordfish")
    with pytest.raises(ConfigurationError, match="fewer than 32 characters") as refused:
        settings.submission_keys()
    assert "swordfish" not in refused.value.message


def test_submission_keys_are_missing_where_no_secret_is_set(monkeypatch):
    set_secrets(monkeypatch)
    with pytest.raises(ConfigurationError, match="No key signs jobs"):
        settings.submission_keys()


def test_workflows_folder_include_inside_dags_folder_found_without_one_beside(monkeypatch, tmp_path):
    monkeypatch.setenv("AIRFLOW__CORE__DAGS_FOLDER", str(tmp_path / "dags"))
    (tmp_path / "dags" / "include").mkdir(parents=True)
    assert settings.workflows_folder() == tmp_path / "dags" / "include" / "workflows"
    (tmp_path / "include").mkdir()
    assert settings.workflows_folder() == tmp_path / "include" / "workflows"


def test_check_include_missing_folder_names_it_and_the_cure(monkeypatch, tmp_path):
    monkeypatch.setenv("AIRFLOW__CORE__DAGS_FOLDER", str(tmp_path / "dags"))
    with pytest.raises(ConfigurationError, match=rf"{tmp_path}/include .*airflow media init"):
        settings.check_include()


def test_check_include_empty_folder_says_what_belongs_there(monkeypatch, tmp_path):
    monkeypatch.setenv("AIRFLOW__CORE__DAGS_FOLDER", str(tmp_path / "dags"))
    (tmp_path / "include").mkdir()
    with pytest.raises(ConfigurationError, match="neither a folder workflows/ nor state_machines/"):
        settings.check_include()
    (tmp_path / "include" / "workflows").mkdir()
    settings.check_include()


@pytest.mark.parametrize("option", settings.INCLUDE_OPTIONS)
def test_check_include_named_path_that_is_missing_is_refused(monkeypatch, tmp_path, option):
    monkeypatch.setenv("AIRFLOW__CORE__DAGS_FOLDER", str(tmp_path / "dags"))
    (tmp_path / "include" / "workflows").mkdir(parents=True)
    monkeypatch.setenv(f"AIRFLOW__MEDIA__{option.upper()}", str(tmp_path / "nowhere"))
    with pytest.raises(ConfigurationError, match=rf"\[media\] {option}: {tmp_path}/nowhere is missing"):
        settings.check_include()


def test_limits_of_finished_work_are_off_when_empty(monkeypatch):
    monkeypatch.setenv("AIRFLOW__MEDIA__REUSE_DAYS", "7")
    monkeypatch.setenv("AIRFLOW__MEDIA__REUSE_BYTES", "")
    assert (settings.cache_limits().seconds, settings.cache_limits().size) == (7 * 86_400, None)
    monkeypatch.setenv("AIRFLOW__MEDIA__REUSE_DAYS", "")
    assert settings.cache_limits().is_unlimited


@pytest.mark.parametrize("text", ["a week", "-1", "nan"])
def test_limit_of_finished_work_that_is_no_number_is_refused(monkeypatch, text):
    monkeypatch.setenv("AIRFLOW__MEDIA__REUSE_DAYS", text)
    with pytest.raises(ConfigurationError, match=r"reuse_days is '.*'; write a number from 0 on"):
        settings.cache_limits()
