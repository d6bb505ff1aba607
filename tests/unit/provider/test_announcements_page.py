import re
from pathlib import Path

from airflow_provider_media.core.announce.target import Target
from airflow_provider_media.core.workflows.parsing import build_workflow

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "announcements.md"


def test_the_notifications_of_the_documentation_are_valid_in_a_workflow_and_make_targets():
    from ruamel.yaml import YAML

    (block,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL)
    fields = YAML(typ="safe").load(block)
    workflow = build_workflow({"name": "w", "outputs": {"facts": {"kind": "probe_report"}}, **fields})
    targets = [Target(**each.model_dump()) for each in workflow.notifications]
    assert [(bool(target.url), bool(target.sqs), bool(target.sns), target.mode) for target in targets] == [
        (True, False, False, "finish"),
        (False, True, False, "finish"),
        (False, False, True, "change"),
    ]
