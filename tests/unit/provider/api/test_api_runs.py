"""From a run in Airflow to its job, for those who may read both."""

import pytest

JOB = "1b9d6bcd4bf54c07a1f3c5e7d9b8a6f0"
ADDRESS = f"/v1/runs/media_vod/normal__{JOB}/job"


def test_job_of_run_is_named_with_its_account(client):
    assert client.get(ADDRESS).json() == {"account": "default", "id": JOB}


@pytest.mark.parametrize("user", ["vic", "wes", "nil"], ids=["account-alone", "workflow-alone", "neither"])
def test_job_of_run_unknown_without_right_to_account_and_workflow(client, user):
    answer = client.get(ADDRESS, headers={"Authorization": f"Bearer {user}"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "job_unknown")
