"""The reference page names every resource that a task can call."""

import re
from pathlib import Path

from airflow_provider_media.operators.states import aws, media

PAGE = Path(__file__).parents[5] / "docs" / "reference" / "state-language.md"
RESOURCES = PAGE.read_text().partition("\n## Resources\n")[2].partition("\n## ")[0]


def test_every_media_operation_is_there():
    assert {f"media:{name}" for name in media.OPERATIONS} <= set(re.findall(r"`(media:\w+)`", RESOURCES))


def test_every_call_that_may_be_written_without_the_sdk_is_there():
    assert {f"{service}:{action}" for service, action in aws.OPTIMISED} <= set(re.findall(r"`([\w]+:[\w]+)`", RESOURCES))
