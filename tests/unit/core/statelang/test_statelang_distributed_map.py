"""Distributed Map: readers, batches, tolerance, writers, and children with a history of their own."""

from __future__ import annotations

import json

import pytest

READ = "arn:aws:states:::s3:getObject"


def distributed(inner: dict | None = None, **more: object) -> dict:
    states = {"I": {"Type": "Pass", "End": True} | (inner or {})}
    processor = {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "I",
        "States": states,
    }
    return {"Type": "Map", "ItemProcessor": processor} | more


def reader(kind: str, **config: object) -> dict:
    return {
        "Resource": READ,
        "Parameters": {"Bucket": "b", "Key.$": "$.key"},
        "ReaderConfig": {"InputType": kind} | config,
    }


@pytest.mark.parametrize(
    ("config", "text", "items"),
    [
        ({"kind": "JSON"}, '[1, {"a": 2}]', [1, {"a": 2}]),
        ({"kind": "JSON", "MaxItems": 1}, "[1, 2]", [1]),
        ({"kind": "JSON", "MaxItemsPath": "$.most"}, "[1, 2, 3]", [1, 2]),
        ({"kind": "JSON", "ItemsPointer": "/a/0/b~1c"}, '{"a": [{"b/c": [7]}]}', [7]),
        ({"kind": "JSONL"}, '{"a": 1}\n\n2\n', [{"a": 1}, 2]),
        ({"kind": "CSV", "CSVHeaderLocation": "FIRST_ROW"}, "h1,h2\n1,2\n3\n4,5,6\n\n   \n",
         [{"h1": "1", "h2": "2"}, {"h1": "3", "h2": ""}, {"h1": "4", "h2": "5"}, {"h1": "   ", "h2": ""}]),
        ({"kind": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["x"], "CSVDelimiter": "PIPE"},
         "1|2\n", [{"x": "1"}]),
        ({"kind": "CSV", "CSVHeaderLocation": "FIRST_ROW"}, "", []),
        ({"kind": "CSV", "CSVHeaderLocation": "FIRST_ROW"}, "\ufeffh\n1\n", [{"h": "1"}]),
    ],
)  # fmt: skip
def test_items_are_read_from_a_file(run, world, config, text, items):
    world.objects["b/f"] = text
    state = distributed(ItemReader=reader(config.pop("kind"), **config), ItemsPath="$.is.not.looked.at")
    assert run(state, {"key": "f", "most": 2}).output == items


@pytest.mark.parametrize(
    ("config", "text", "cause"),
    [
        ({"kind": "JSON"}, '{"a": 1}', "Attempting to map over non-iterable node."),
        ({"kind": "JSON"}, "nonsense", "The file is not valid JSON"),
        ({"kind": "JSON", "ItemsPointer": "/x"}, "{}", "The ItemsPointer '/x' leads nowhere"),
        ({"kind": "JSON", "MaxItems": -1}, "[]", "field MaxItems must be positive"),
        (
            {"kind": "JSON", "MaxItemsPath": "$.key"},
            "[]",
            'The MaxItemsPath field refers to value "f" which is not a valid integer: $.key',
        ),
        ({"kind": "JSONL"}, "1\nx\n", "Line 2 of the file is not valid JSON"),
        ({"kind": "CSV", "CSVHeaderLocation": "FIRST_ROW"}, "a,a\n", "CSV headers cannot contain duplicates."),
        (
            {"kind": "CSV", "CSVHeaderLocation": "FIRST_ROW"},
            "a\n" + "x" * 200_000,
            "The file is not valid CSV: field larger than",
        ),
        ({"kind": "MANIFEST"}, "nonsense", "The file is not valid JSON"),
        ({"kind": "MANIFEST"}, "[]", "The file is no manifest of an S3 inventory"),
        ({"kind": "PARQUET"}, "", "Parquet files cannot be read"),
        ({"kind": "JSON"}, None, "S3.NoSuchKeyException: b/f"),
    ],
)
def test_what_cannot_be_read_is_an_item_reader_failure(run, world, config, text, cause):
    if text is not None:
        world.objects["b/f"] = text
    execution = run(distributed(ItemReader=reader(config.pop("kind"), **config)), {"key": "f"})
    assert execution.error == "States.ItemReaderFailed"
    assert str(execution.cause).startswith(cause)


def test_listing_is_read_page_by_page_and_may_be_flattened(run, world):
    world.objects.update({"b/1": "[1]", "b/2": "[2, 3]", "b/3": "[]"})
    listing = {"Resource": "arn:aws:states:::s3:listObjectsV2", "Parameters": {"Bucket": "b"}}
    assert run(distributed(ItemReader=listing)).output == [{"Key": "1"}, {"Key": "2"}, {"Key": "3"}]
    flat = listing | {"ReaderConfig": {"InputType": "JSON", "Transformation": "LOAD_AND_FLATTEN"}}
    assert run(distributed(ItemReader=flat)).output == [1, 2, 3]


def test_manifests_lead_to_the_files_with_the_items(run, world):
    world.objects["b/m"] = json.dumps(
        {"destinationBucket": "arn:aws:s3:::c", "fileSchema": "Bucket, Key", "files": [{"key": "part"}]}
    )
    world.objects["c/part"] = "videos,one.mp4\nvideos,two.mp4\n"
    inventory = run(distributed(ItemReader=reader("MANIFEST", ManifestType="S3_INVENTORY")), {"key": "m"})
    assert inventory.output == [{"Bucket": "videos", "Key": "one.mp4"}, {"Bucket": "videos", "Key": "two.mp4"}]
    world.objects.update({"b/list": "s3://c/one\n\ns3://c/two\n", "c/one": "[1]", "c/two": "[2]"})
    assert run(distributed(ItemReader=reader("MANIFEST", ManifestType="ATHENA_DATA")), {"key": "list"}).output == [1, 2]


def test_jsonata_readers_have_arguments(run, world):
    world.objects["b/f"] = "[1, 2]"
    item_reader = {
        "Resource": READ,
        "Arguments": {"Bucket": "b", "Key": "{% $states.input.key %}"},
        "ReaderConfig": {"InputType": "JSON", "MaxItems": "{% 1 %}"},
    }
    assert run(distributed(QueryLanguage="JSONata", ItemReader=item_reader), {"key": "f"}).output == [1]


@pytest.mark.parametrize(
    ("batcher", "expected"),
    [
        ({"MaxItemsPerBatch": 2}, [{"Items": [1, 2]}, {"Items": [3]}]),
        ({"MaxItemsPerBatchPath": "$.most"}, [{"Items": [1]}, {"Items": [2]}, {"Items": [3]}]),
        ({"MaxItemsPerBatch": 9, "BatchInput": {"n.$": "$.most"}}, [{"BatchInput": {"n": 1}, "Items": [1, 2, 3]}]),
        ({"MaxInputBytesPerBatch": 15}, [{"Items": [1, 2]}, {"Items": [3]}]),
    ],
)
def test_items_are_batched(run, batcher, expected):
    assert (
        run(distributed(ItemsPath="$.items", ItemBatcher=batcher), {"items": [1, 2, 3], "most": 1}).output == expected
    )


def test_a_batch_size_must_be_positive(run):
    execution = run(
        distributed(ItemsPath="$.items", ItemBatcher={"MaxItemsPerBatchPath": "$.most"}), {"items": [1], "most": 0}
    )
    assert execution.error == "States.Runtime"


FAILING = {
    "Type": "Choice",
    "Choices": [{"Variable": "$", "NumericGreaterThan": 2, "Next": "Bad"}],
    "Default": "Good",
}


def partly_failing(**more: object) -> dict:
    state = distributed(**more)
    ends = {"Good": {"Type": "Succeed"}, "Bad": {"Type": "Fail", "Error": "TooMuch", "Cause": "c"}}
    state["ItemProcessor"]["States"] = {"I": FAILING} | ends
    return state


@pytest.mark.parametrize(
    ("tolerance", "status"),
    [
        ({}, "FAILED"),
        ({"ToleratedFailureCount": 1}, "FAILED"),
        ({"ToleratedFailureCount": 2}, "SUCCEEDED"),
        ({"ToleratedFailurePercentage": 49.9}, "FAILED"),
        ({"ToleratedFailurePercentage": 50}, "SUCCEEDED"),
        ({"ToleratedFailureCount": 2, "ToleratedFailurePercentage": 10}, "FAILED"),
    ],
)
def test_failures_are_borne_up_to_the_thresholds(run, tolerance, status):
    execution = run(partly_failing(**tolerance), [1, 2, 3, 4])
    assert execution.status == status
    if status == "SUCCEEDED":
        assert execution.output == [1, 2]
    else:
        assert execution.error == "States.ExceedToleratedFailureThreshold"
        assert execution.cause == "The specified tolerated failure threshold was exceeded"


@pytest.mark.parametrize(
    ("field", "value", "detail"),
    [
        (
            "ToleratedFailureCount",
            "x",
            'The ToleratedFailureCountPath field refers to value "x" which is not a valid integer: $.t',
        ),
        ("ToleratedFailureCount", -1, "ToleratedFailureCount cannot be negative."),
        (
            "ToleratedFailurePercentage",
            {},
            'The ToleratedFailurePercentagePath field refers to value "{}" which is not a valid float: $.t',
        ),
        ("ToleratedFailurePercentage", 100.1, "ToleratedFailurePercentage must be between 0 and 100."),
    ],
)
def test_a_threshold_must_be_a_number_in_range(run, field, value, detail):
    execution = run(distributed(ItemsPath="$.items", **{f"{field}Path": "$.t"}), {"items": [], "t": value})
    assert execution.error == "States.Runtime"
    assert str(execution.cause).endswith(detail)


def test_results_are_stored_and_the_output_says_where(run, world):
    writer = {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "b", "Prefix": "out"}}
    output = run(partly_failing(ResultWriter=writer, ToleratedFailureCount=2), [1, 2, 3]).output
    key = output["ResultWriterDetails"]["Key"]
    folder = key.removesuffix("/manifest.json")
    assert output["ResultWriterDetails"]["Bucket"] == "b"
    assert key.startswith("out/")
    assert json.loads(world.stored[f"{folder}/SUCCEEDED_0.json"]) == [1, 2]
    assert json.loads(world.stored[f"{folder}/FAILED_0.json"])[0]["Error"] == "TooMuch"
    manifest = json.loads(world.stored[key])
    assert manifest["ResultFiles"]["SUCCEEDED"] == [{"Key": f"{folder}/SUCCEEDED_0.json"}]
    assert manifest["MapRunArn"] == output["MapRunArn"]


def test_results_can_be_flattened_without_being_stored(run):
    assert run(
        distributed(ResultWriter={"WriterConfig": {"Transformation": "FLATTEN", "OutputType": "JSON"}}), [[1, 2], 3]
    ).output == [
        1,
        2,
        3,
    ]


def test_results_that_cannot_be_stored_fail_the_map(run):
    writer = {"Resource": "media:fail/Disk", "Parameters": {"Bucket": "b"}}
    execution = run(distributed(ResultWriter=writer), [1])
    assert (execution.error, execution.cause) == ("States.ResultWriterFailed", "Disk: the cause")


def test_child_sees_no_outer_variable_and_is_its_own_execution(run):
    machine = {
        "StartAt": "A",
        "States": {
            "A": {"Type": "Pass", "Result": [5], "Assign": {"outer": 1}, "Next": "M"},
            "M": distributed(
                {"Parameters": {"in.$": "$$.Execution.Input", "id.$": "$$.Execution.Id"}}, End=True, Label="batch"
            ),
        },
    }
    execution = run(machine, name="job")
    assert execution.output[0]["in"] == 5
    assert ":job/batch:" in execution.output[0]["id"]
    machine["States"]["M"]["ItemProcessor"]["States"]["I"]["Parameters"] = {"x.$": "$outer"}
    assert run(machine).error == "States.ExceedToleratedFailureThreshold"


def test_the_history_of_a_child_stands_apart(run):
    execution = run(distributed(), [1, 2])
    assert [event.type for event in execution.events if "Pass" in event.type] == []
    assert sorted(execution.children) == ["/S[0]", "/S[1]"]
    assert [event.type for event in execution.children["/S[0]"].events] == [
        "ExecutionStarted",
        "PassStateEntered",
        "PassStateExited",
        "ExecutionSucceeded",
    ]
