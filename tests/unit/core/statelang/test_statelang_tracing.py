"""Each step of a state is shown, as far as it goes."""

from __future__ import annotations

import datetime as dt

from airflow_provider_media.core.statelang import parse, start_of
from airflow_provider_media.core.statelang.engine.one_state import view_of
from airflow_provider_media.core.statelang.engine.tracing import trace

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def test_map_with_item_reader_takes_no_items_from_its_input():
    reader = {"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "b", "Key": "k"}}
    processor = {
        "ProcessorConfig": {"Mode": "DISTRIBUTED"},
        "StartAt": "P",
        "States": {"P": {"Type": "Pass", "End": True}},
    }
    machine = parse(
        {
            "StartAt": "M",
            "States": {"M": {"Type": "Map", "ItemReader": reader, "ItemProcessor": processor, "End": True}},
        }
    )
    view = view_of(start_of({"a": 1}, name="n", express=False, at=AT), machine.states["M"], {"a": 1}, at=AT)
    steps = trace(machine.states["M"], view, [1])
    assert [step.name for step in steps] == ["input", "InputPath", "result", "ResultPath", "OutputPath", "next"]
