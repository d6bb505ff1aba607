"""Open approvals of executions, and the media that executions have made."""

from datetime import UTC, datetime

from airflow_provider_media.core.statelang.service import OpenApproval

EXECUTION = "/v1/state-machines/review/executions/one"
QUESTION = OpenApproval(
    dag_id="state_machine_review",
    run_id="one",
    task_id="Ask",
    map_index=-1,
    state=None,
    subject="Publish it?",
    body=None,
    options=("Approve", "Reject"),
    assigned_to=(),
    asked_at=datetime(2026, 12, 1, tzinfo=UTC),
)


def as_user(user):
    return {"Authorization": f"Bearer {user}"}


def test_open_approvals_name_the_task_that_takes_the_answer(client, backend):
    assert client.get(f"{EXECUTION}/approvals").json() == {"approvals": []}
    backend.approvals = (QUESTION,)
    (asked,) = client.get(f"{EXECUTION}/approvals", headers=as_user("vic")).json()["approvals"]
    assert (asked["task_id"], asked["map_index"], asked["options"]) == ("Ask", -1, ["Approve", "Reject"])


def test_file_of_execution_is_signed_and_never_kept(client, backend):
    backend.outputs = {"s3://out/a.jpg"}
    answer = client.get(f"{EXECUTION}/file", params={"uri": "s3://out/a.jpg"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (302, "https://signed.example/review/one?sig=1")
    assert answer.headers["cache-control"] == "no-store"
    other = client.get(f"{EXECUTION}/file", params={"uri": "s3://out/b.jpg"})
    assert (other.status_code, other.json()["error"]["code"]) == (404, "file_unknown")


def test_approvals_and_files_need_right_to_the_machine(client, backend):
    backend.outputs = {"s3://out/a.jpg"}
    for path in ("approvals", "file?uri=s3://out/a.jpg"):
        answer = client.get(f"{EXECUTION}/{path}", headers=as_user("nil"))
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "execution_unknown")
