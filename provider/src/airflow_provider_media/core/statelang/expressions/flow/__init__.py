"""Data flow from a state's input to its work, and from the work's result to the state's output."""

from airflow_provider_media.core.statelang.expressions.flow.flows import Flow, JsonataFlow, JsonPathFlow
from airflow_provider_media.core.statelang.expressions.flow.template import Template, TemplateUnreadable, template

__all__ = ["Flow", "JsonPathFlow", "JsonataFlow", "Template", "TemplateUnreadable", "template"]
