"""Parsing a Map state's JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_media.core.statelang.definition.items import Batcher, ItemReader, Tolerance, Writer
from airflow_provider_media.core.statelang.definition.items.formats import DELIMITERS
from airflow_provider_media.core.statelang.definition.states.map import MapState
from airflow_provider_media.core.statelang.definition.states.state import Machine
from airflow_provider_media.core.statelang.errors import DefinitionInvalid
from airflow_provider_media.core.statelang.expressions.flow import JsonPathFlow
from airflow_provider_media.core.statelang.parsing.fields import StateFields


def map_state(fields: StateFields, processor: Machine, config: Any, *, max_concurrency: int) -> MapState:
    """Parse a Map state.

    :param fields: the state's fields.
    :param processor: the state's processor, already parsed.
    :param config: the processor's ``ProcessorConfig``.
    :param max_concurrency: concurrency limit of a state without one; 0 for no limit.
    """
    common = fields.common(works=True)
    selector = fields.template("ItemSelector")
    flow = common["flow"]
    if isinstance(flow, JsonPathFlow) and selector is None:
        # Old definitions name the selector Parameters.
        selector = flow.parameters
    concurrency = fields.amount("MaxConcurrency")
    return MapState(
        **common,
        processor=processor,
        distributed=isinstance(config, Mapping) and config.get("Mode") == "DISTRIBUTED",
        items=_items(fields),
        selector=selector,
        max_concurrency=max_concurrency if concurrency is None else concurrency,
        tolerance=Tolerance(
            count=fields.amount("ToleratedFailureCount"), percentage=fields.amount("ToleratedFailurePercentage")
        ),
        reader=_reader(fields),
        batcher=_batcher(fields),
        writer=_writer(fields),
        label=str(fields.value.get("Label", "")),
    )


def _items(fields: StateFields) -> Any:
    if not fields.jsonata:
        return fields.path("ItemsPath")
    found = fields.amount("Items")
    return fields.template("Items") if isinstance(found, (list, dict, str)) else found


def _object(fields: StateFields, key: str) -> StateFields | None:
    if key not in fields.value:
        return None
    value = fields.value[key]
    if not isinstance(value, Mapping):
        raise DefinitionInvalid(f"{key} must be an object", f"{fields.location}/{key}")
    return fields.inside(key, value)


def _arguments(fields: StateFields) -> Any:
    return fields.template("Arguments" if fields.jsonata else "Parameters")


def _reader(fields: StateFields) -> ItemReader | None:
    own = _object(fields, "ItemReader")
    if own is None:
        return None
    config = _object(own, "ReaderConfig") or own.inside("ReaderConfig", {})
    value = config.value
    delimiter = str(value.get("CSVDelimiter", "COMMA"))
    if delimiter not in DELIMITERS:
        raise DefinitionInvalid(
            f"CSVDelimiter must be one of {', '.join(DELIMITERS)}", f"{config.location}/CSVDelimiter"
        )
    headers = value.get("CSVHeaders", [])
    if not isinstance(headers, list):
        raise DefinitionInvalid("CSVHeaders must be an array", f"{config.location}/CSVHeaders")
    return ItemReader(
        resource=str(own.value.get("Resource", "")),
        arguments=_arguments(own),
        input_type=str(value.get("InputType", "")),
        headers=tuple(headers) if value.get("CSVHeaderLocation") == "GIVEN" else (),
        delimiter=delimiter,
        max_items=config.amount("MaxItems"),
        pointer=str(value.get("ItemsPointer", "")),
        manifest_type=str(value.get("ManifestType", "S3_INVENTORY")),
        flatten=value.get("Transformation") == "LOAD_AND_FLATTEN",
    )


def _batcher(fields: StateFields) -> Batcher | None:
    own = _object(fields, "ItemBatcher")
    if own is None:
        return None
    return Batcher(
        max_items=own.amount("MaxItemsPerBatch"),
        max_bytes=own.amount("MaxInputBytesPerBatch"),
        batch_input=own.template("BatchInput"),
    )


def _writer(fields: StateFields) -> Writer | None:
    own = _object(fields, "ResultWriter")
    if own is None:
        return None
    config = own.value.get("WriterConfig", {})
    return Writer(
        resource=str(own.value.get("Resource", "")),
        arguments=_arguments(own),
        transformation=str(config.get("Transformation", "NONE")),
        output_type=str(config.get("OutputType", "JSON")),
    )
