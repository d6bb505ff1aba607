"""The workflows' own DAGs, whose tasks wait at their beginning while a test holds them back."""

import time
from pathlib import Path

from airflow_provider_media.factory import dags_from_workflows
from airflow_provider_media.operators import job_stages


def held(operator: type, stage: str) -> None:
    """Let a stage wait while there is a file of the run's source and the stage."""
    execute = operator.execute

    def wait_and_execute(self, context):
        source = Path(context["dag_run"].conf["source"].removeprefix("file://"))
        while (source.parent / "held" / f"{source.stem}.{stage}").exists():
            if self.cancelled:
                raise RuntimeError("cancelled")
            time.sleep(0.05)
        return execute(self, context)

    operator.execute = wait_and_execute


if not hasattr(job_stages, "held_by_tests"):
    job_stages.held_by_tests = True
    held(job_stages.ProbeJobOperator, "probe")
    held(job_stages.PlanJobOperator, "plan")
    held(job_stages.EncodeUnitOperator, "encode")
    held(job_stages.PackageJobOperator, "package")
    held(job_stages.PublishJobOperator, "publish")

globals().update(dags_from_workflows())
