"""Bodies of HTTP tasks as forms."""

from urllib.parse import unquote

import pytest

from airflow_provider_media.state_machines.native.form import form


@pytest.mark.parametrize(
    ("arrays", "told"),
    [
        ("INDICES", "array[0]=a&array[1]=b"),
        ("REPEAT", "array=a&array=b"),
        ("COMMAS", "array=a,b"),
        ("BRACKETS", "array[]=a&array[]=b"),
    ],
)
def test_arrays_are_told_as_the_services_guide_shows(arrays, told):
    assert unquote(form({"array": ["a", "b"]}, arrays)) == told


def test_objects_nest_in_brackets_and_everything_is_quoted():
    body = {"description": "Monthly subscription", "metadata": {"order_details": "a&b"}}
    assert form(body) == "description=Monthly%20subscription&metadata%5Border_details%5D=a%26b"


def test_arrays_of_objects_keep_their_items_apart():
    assert unquote(form({"items": [{"price": 1}, {"price": 2.5}]})) == "items[0][price]=1&items[1][price]=2.5"


@pytest.mark.parametrize(("value", "told"), [(True, "true"), (None, ""), (7, "7"), ("", "")])
def test_values_are_told_as_json_tells_them(value, told):
    assert form({"a": value}) == f"a={told}"
