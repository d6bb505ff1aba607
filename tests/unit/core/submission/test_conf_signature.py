"""A signature holds for one conf of one run of one DAG, and for nothing else."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.core.submission.conf_signature import RunId, has_valid_signature, signed_conf, signing_key

RUN = RunId(dag_id="media_ingest_normal__acme", run_id="normal__1")
CONF = {"source": "s3://in/a.mp4", "output": "s3://out/", "workflow": {"hash": "0", "speed": 2.0}, "video": None}
OLD, NEW = signing_key("old secret"), signing_key("new secret")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def test_signature_of_the_same_run_and_conf_is_valid():
    assert has_valid_signature(signed_conf(CONF, RUN, (NEW,)), RUN, (NEW,))


def test_signature_survives_json_round_trip_in_another_key_order():
    signed = json.loads(json.dumps(signed_conf(CONF, RUN, (NEW,)), sort_keys=True))
    assert has_valid_signature(dict(reversed(signed.items())), RUN, (NEW,))


def test_signature_survives_a_database_that_writes_whole_floats_as_integers():
    signed = signed_conf(CONF, RUN, (NEW,))
    assert has_valid_signature({**signed, "workflow": {"hash": "0", "speed": 2}}, RUN, (NEW,))


@pytest.mark.parametrize(
    "run", [RunId(dag_id="media_ingest_low__acme", run_id="normal__1"), RunId(dag_id=RUN.dag_id, run_id="normal__2")]
)
def test_signature_of_another_run_is_invalid(run):
    assert not has_valid_signature(signed_conf(CONF, RUN, (NEW,)), run, (NEW,))


@pytest.mark.parametrize(
    "change",
    [
        {"source": "s3://other/a.mp4"},
        {"video": ""},
        {"more": 1},
        {"workflow": {"hash": "0", "speed": 2.5}},
        {"signature": None},
    ],
)
def test_signature_of_an_altered_conf_is_invalid(change):
    assert not has_valid_signature({**signed_conf(CONF, RUN, (NEW,)), **change}, RUN, (NEW,))


def test_signature_of_a_truncated_conf_is_invalid():
    signed = signed_conf(CONF, RUN, (NEW,))
    assert not any(has_valid_signature({n: v for n, v in signed.items() if n != name}, RUN, (NEW,)) for name in signed)


def test_first_key_signs_and_all_keys_verify():
    signed = signed_conf(CONF, RUN, (OLD,))
    assert has_valid_signature(signed, RUN, (NEW, OLD))
    assert not has_valid_signature(signed_conf(CONF, RUN, (NEW, OLD)), RUN, (OLD,))


def test_signing_again_replaces_the_signature():
    signed = signed_conf(CONF, RUN, (OLD,))
    assert signed_conf(signed, RUN, (NEW,)) == signed_conf(CONF, RUN, (NEW,))


def test_signature_covers_text_that_utf_8_cannot_write():
    signed = signed_conf({"input": "\ud800"}, RUN, (NEW,))
    assert has_valid_signature(signed, RUN, (NEW,))
    assert not has_valid_signature({**signed, "input": "\udfff"}, RUN, (NEW,))


def test_no_key_verifies_nothing():
    assert not has_valid_signature(signed_conf(CONF, RUN, (NEW,)), RUN, ())


@pytest.mark.parametrize(
    "conf",
    [
        None,
        [],
        "x",
        3,
        {},
        {"signature": 3},
        {"signature": "é"},
        {"signature": "v1=", "at": datetime(2026, 1, 1, tzinfo=UTC)},
    ],
)
def test_malformed_conf_has_no_valid_signature(conf):
    assert not has_valid_signature(conf, RUN, (NEW,))


def test_deeply_nested_conf_has_no_valid_signature():
    nested = []
    for _ in range(100_000):
        nested = [nested]
    assert not has_valid_signature({"signature": "v1=0", "source": nested}, RUN, (NEW,))


@given(conf=st.dictionaries(st.text(), VALUES))
def test_any_json_conf_can_be_signed_and_unsigned_is_invalid(conf):
    assert not has_valid_signature(conf, RUN, (NEW,))
    signed = signed_conf(conf, RUN, (NEW,))
    assert has_valid_signature(json.loads(json.dumps(signed)), RUN, (NEW,))
