import pytest

from airflow_provider_media.core.announce.target import Target, is_fifo, region_of, subscribers_of

QUEUE = "https://sqs.eu-west-1.amazonaws.com/000000000000/ends.fifo"
TOPIC = "arn:aws:sns:eu-central-1:000000000000:ends"


def test_ends_are_told_to_all_and_other_changes_to_those_who_ask_for_them():
    finish, change = Target(url="https://a.example/"), Target(url="https://b.example/", mode="change")
    assert subscribers_of([finish, change], "running") == (change,)
    assert subscribers_of([finish, change], "cancelled") == (finish, change)


def test_brightcoves_form_has_no_word_for_a_job_that_goes_on():
    assert not Target(url="https://a.example/", mode="change", body="brightcove").wants("running")


def test_a_target_that_is_named_twice_is_told_once():
    assert subscribers_of([Target(sns=TOPIC), Target(sns=TOPIC)], "failed") == (Target(sns=TOPIC),)


@pytest.mark.parametrize(
    ("target", "name"),
    [
        (Target(url="https://u:p@hooks.example/in?token=secret"), "https://hooks.example/in"),
        (Target(sqs=QUEUE), "sqs ends.fifo"),
        (Target(sns=TOPIC), "sns ends"),
    ],
)
def test_the_name_of_a_target_tells_no_secret(target, name):
    assert target.name == name


def test_queues_and_topics_tell_their_region_where_they_can():
    assert (region_of(QUEUE), region_of(TOPIC)) == ("eu-west-1", "eu-central-1")
    assert region_of("http://127.0.0.1:4566/000000000000/ends") is None


def test_order_is_kept_where_the_name_says_so():
    assert (is_fifo(QUEUE), is_fifo(TOPIC)) == (True, False)
