"""Routes of accounts and queues."""

import pytest

QUEUES = "/v1/accounts/default/queues"


def as_user(user):
    return {"Authorization": f"Bearer {user}"}


@pytest.mark.parametrize("priority", ["normal", "low"])
def test_pause_and_resume_change_queue_of_one_priority(client, backend, priority):
    paused = client.post(f"{QUEUES}/{priority}/pause")
    assert paused.status_code == 200
    assert {name: queue["paused"] for name, queue in paused.json()["queues"].items()} == {
        "normal": priority == "normal",
        "low": priority == "low",
    }
    assert backend.paused_queues == {("default", priority)}
    resumed = client.post(f"{QUEUES}/{priority}/resume")
    assert (resumed.status_code, resumed.json()["queues"][priority]["paused"]) == (200, False)
    assert not backend.paused_queues


@pytest.mark.parametrize("action", ["pause", "resume"])
def test_pause_needs_right_to_change_token_and_known_priority(client, backend, action):
    viewer = client.post(f"{QUEUES}/normal/{action}", headers=as_user("vic"))
    assert (viewer.status_code, viewer.json()["error"]["code"]) == (403, "forbidden")
    cookie = client.post(f"{QUEUES}/normal/{action}", headers={"Authorization": "", "Cookie": "_token=ann"})
    assert (cookie.status_code, cookie.json()["error"]["code"]) == (403, "cross_site_refused")
    unknown = client.post(f"{QUEUES}/urgent/{action}")
    assert (unknown.status_code, unknown.json()["error"]["detail"]["field"]) == (422, "priority")
    assert not backend.paused_queues


@pytest.mark.parametrize(
    ("user", "accounts"),
    [
        ("ann", [("acme", True), ("default", True), ("kept", True), ("tiny", True)]),
        ("vic", [("default", False)]),
        ("nil", []),
    ],
)
def test_account_list_has_readable_accounts_with_right_to_change(client, user, accounts):
    answer = client.get("/v1/accounts", headers=as_user(user))
    assert answer.status_code == 200
    assert [(each["name"], each["can_change"]) for each in answer.json()["accounts"]] == accounts


def test_account_list_shows_workflow_and_uploads(client):
    listed = {each["name"]: each for each in client.get("/v1/accounts").json()["accounts"]}
    assert (listed["default"]["workflow"], listed["default"]["takes_uploads"]) == ("vod", True)
    assert (listed["kept"]["workflow"], listed["kept"]["takes_uploads"]) == ("vod", False)


def test_queue_history_counts_submission_in_last_span(client):
    client.post("/v1/accounts/default/ingest-requests", json={"source": "s3://media-in/uploads/1.mp4"})
    answer = client.get(f"{QUEUES}/history", params={"hours": 2, "bucket_minutes": 60})
    history = answer.json()
    assert (answer.status_code, history["account"], history["bucket_seconds"]) == (200, "default", 3600)
    assert [bucket["submitted"] for bucket in history["queues"]["normal"]] == [0, 0, 1]
    assert [bucket["submitted"] for bucket in history["queues"]["low"]] == [0, 0, 0]


@pytest.mark.parametrize("query", ["hours=0", "hours=169", "bucket_minutes=4", "hours=x", "days=1"])
def test_queue_history_of_wrong_span_refused_by_name(client, query):
    answer = client.get(f"{QUEUES}/history?{query}")
    assert (answer.status_code, answer.json()["error"]["detail"]["field"]) == (422, query.partition("=")[0])


def test_limits_are_set_and_shown_with_who_and_when(client):
    answer = client.put(f"{QUEUES}/limits", json={"waiting": {"low": 5}})
    assert answer.status_code == 200, answer.text
    limits = client.get(QUEUES).json()["limits"]
    assert (limits["changed"], limits["changed_by"]) == ({"waiting_low": 5}, "ann")
    assert limits["configured"] == {"active": 100, "waiting_normal": 1000, "waiting_low": 1000}
    assert limits["changed_at"] is not None
    assert client.put(f"{QUEUES}/limits", json={}).json()["limits"]["changed"] == {}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"active": 0}, "active"),
        ({"active": 126}, "active"),
        ({"waiting": {"low": -1}}, "waiting.low"),
        ({"waiting": {"urgent": 1}}, "waiting.urgent"),
        ({"slots": 5}, "slots"),
    ],
)
def test_limits_that_no_queue_can_have_are_refused(client, backend, body, field):
    answer = client.put(f"{QUEUES}/limits", json=body)
    assert (answer.status_code, answer.json()["error"]["detail"]["field"]) == (422, field)
    assert backend.live_limits is None


def test_limits_need_right_to_the_pool_of_the_account(client, backend):
    viewer = client.put(f"{QUEUES}/limits", json={"active": 5}, headers=as_user("vic"))
    assert (viewer.status_code, viewer.json()["error"]["code"]) == (403, "forbidden")
    other = client.put("/v1/accounts/acme/queues/limits", json={"active": 5})
    assert (other.status_code, other.json()["error"]["code"]) == (403, "forbidden")
    assert backend.live_limits is None
    listed = {each["name"]: each["can_limit"] for each in client.get("/v1/accounts").json()["accounts"]}
    assert listed == {"acme": False, "default": True, "kept": True, "tiny": True}
