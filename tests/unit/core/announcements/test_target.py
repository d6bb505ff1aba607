import pytest

from airflow_provider_media.core.announcements.target import Target, is_fifo, region_of, subscribers_of
from airflow_provider_media.core.job_states import JobState

QUEUE = "https://sqs.eu-west-1.amazonaws.com/000000000000/ends.fifo"
TOPIC = "arn:aws:sns:eu-central-1:000000000000:ends"
BUS = "arn:aws:events:eu-north-1:000000000000:event-bus/ends"


def test_subscribers_final_state_all_targets_other_state_only_change_mode():
    finish, change = (
        Target(kind="url", address="https://a.example/"),
        Target(kind="url", address="https://b.example/", mode="change"),
    )
    assert subscribers_of([finish, change], JobState.RUNNING) == (change,)
    assert subscribers_of([finish, change], JobState.CANCELLED) == (finish, change)


def test_target_with_brightcove_body_does_not_want_running_state():
    assert not Target(kind="url", address="https://a.example/", mode="change", body="brightcove").wants(
        JobState.RUNNING
    )


def test_a_target_that_is_named_twice_is_told_once():
    assert subscribers_of([Target(kind="sns", address=TOPIC), Target(kind="sns", address=TOPIC)], JobState.FAILED) == (
        Target(kind="sns", address=TOPIC),
    )


@pytest.mark.parametrize(
    ("target", "name"),
    [
        (Target(kind="url", address="https://u:p@hooks.example/in?token=secret"), "https://hooks.example/in"),
        (Target(kind="sqs", address=QUEUE), "sqs ends.fifo"),
        (Target(kind="sns", address=TOPIC), "sns ends"),
        (Target(kind="eventbridge", address=BUS), "eventbridge ends"),
    ],
)
def test_the_name_of_a_target_tells_no_secret(target, name):
    assert target.name == name


def test_region_of_an_aws_address_is_read_from_it():
    assert [region_of(address) for address in (QUEUE, TOPIC, BUS)] == ["eu-west-1", "eu-central-1", "eu-north-1"]
    assert region_of("http://127.0.0.1:4566/000000000000/ends") is None


def test_order_is_kept_where_the_name_says_so():
    assert (is_fifo(QUEUE), is_fifo(TOPIC)) == (True, False)
