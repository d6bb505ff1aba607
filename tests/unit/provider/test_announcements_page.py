import re
from pathlib import Path

from airflow_provider_media.core.announcements.targets import TARGETS
from airflow_provider_media.core.workflows.parsing import build_workflow

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "announcements.md"


def test_announcements_page_shows_a_valid_notification_for_each_target():
    from ruamel.yaml import YAML

    (block,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL)
    fields = YAML(typ="safe").load(block)
    workflow = build_workflow({"name": "w", "outputs": {"facts": {"kind": "probe_report"}}, **fields})
    assert [notification.target.kind for notification in workflow.notifications] == list(TARGETS)
