"""What the routes talk to. Each is a dependency, so that tests can put a backend in memory in its place.

They are coroutines because they only hand something over: a plain function costs FastAPI a change of threads, in a pool that is full when
many submit at once.
"""
# ruff: noqa: TID253 - only the API server imports this, and it has loaded fastapi already

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Protocol, cast

from fastapi import Depends

from airflow_provider_media.api.auth import User
from airflow_provider_media.core.ingest.accounts import Account, Queues, UploadPlace
from airflow_provider_media.core.ingest.views import AccountView, JobFilter, JobPage, JobView, WorkflowView
from airflow_provider_media.core.job.gallery import Publication
from airflow_provider_media.core.job.submission import JobStore, Workflows
from airflow_provider_media.core.statelang import Execution
from airflow_provider_media.core.statelang.activities import ActivityTask
from airflow_provider_media.core.statelang.service import ExecutionView, Started
from airflow_provider_media.core.statelang.visits import ExecutionHistory
from airflow_provider_media.core.workflows.model import FrozenWorkflow
from airflow_provider_media.hooks.state_machine_files import MachineFile

Machines = Callable[[str], MachineFile]
"""Finds a state machine by its name."""
Runner = Callable[[MachineFile, Any, str], Execution]
"""Runs an express machine to its end: its file, the input and the execution's name."""
UploadSigner = Callable[[UploadPlace, str, int], str]
"""Makes the URL that takes an object at a URI below a place for some seconds."""


class JobQueries(Protocol):
    """Questions about jobs, as ``airflow_provider_media.job_store.job_queries`` answers them."""

    def find_job(self, account: Account, job_id: str) -> JobView:
        """One job of an account."""

    def list_jobs(self, account: Account, wanted: JobFilter) -> JobPage:
        """Some jobs of an account, the latest first."""

    def describe_queues(self, account: Account) -> AccountView:
        """What is in the queues of an account."""


class JobCommands(Protocol):
    """Orders about jobs, as ``airflow_provider_media.job_store.job_commands`` takes them."""

    def cancel_job(self, account: Account, job_id: str) -> JobView:
        """End a job."""

    def retry_job(self, account: Account, job_id: str) -> JobView:
        """Try an ended job again."""


class UploadTriggers(Protocol):
    """Which uploads matter."""

    def workflows(self) -> Sequence[FrozenWorkflow]:
        """The workflows that wait for uploads."""

    def is_output(self, connection: str, uri: str) -> bool:
        """Whether an object is what a job has made, and no upload."""


class TaskTokens(Protocol):
    """Answers to tasks that wait, as ``airflow_provider_media.job_store.task_tokens`` takes them."""

    def answer(self, token: str, result: Mapping[str, Any]) -> None:
        """Give a waiting task its answer."""

    def heartbeat(self, token: str) -> None:
        """Tell a waiting task that somebody works on it."""

    def dag_of(self, token: str) -> str:
        """The DAG of the task that a token names."""


class ActivityTasks(Protocol):
    """Tasks of activities, as ``airflow_provider_media.job_store.activity_tasks`` hands them out."""

    def take(self, activity: str, may: Callable[[str], bool]) -> ActivityTask | None:
        """Take the one that has waited longest."""


class Executions(Protocol):
    """Executions of state machines, as ``airflow_provider_media.job_store.executions`` keeps them."""

    def start(self, machine: str, name: str, value: Mapping[str, Any], user: str | None) -> Started:
        """Start one, unless it is there."""

    def find(self, machine: str, name: str) -> ExecutionView:
        """One by its name."""

    def stop(self, machine: str, name: str, error: str | None, cause: str | None) -> ExecutionView:
        """End one."""


WorkflowList = Callable[[], Sequence[WorkflowView]]
"""Lists the workflows without errors."""


class Publications(Protocol):
    """What runs have published, as ``airflow_provider_media.job_store.publications`` reads it."""

    def read_publication(self, workflow: str, run_id: str) -> Publication:
        """What one has published."""


class ExecutionRecords(Protocol):
    """What has happened in executions, as ``airflow_provider_media.job_store.execution_redrive`` reads it."""

    def read_history(self, machine: str, name: str) -> ExecutionHistory:
        """What there is to see of one."""

    def redrive(self, machine: str, name: str) -> None:
        """Let a failed one go on."""


async def queues() -> Queues:
    """The accounts of ``include/queues.yaml`` as it is now."""
    from airflow_provider_media.hooks import catalogue

    return catalogue.queues()


async def job_store(user: User) -> JobStore:
    """Where jobs are written down."""
    from airflow_provider_media.job_store.sql_store import SqlStore

    return SqlStore(user=user.get_name())


async def job_queries() -> JobQueries:
    """Who knows of jobs."""
    from airflow_provider_media.job_store import job_queries

    return cast("JobQueries", job_queries)


async def job_commands() -> JobCommands:
    """Who ends jobs and tries them again."""
    from airflow_provider_media.job_store import job_commands

    return cast("JobCommands", job_commands)


async def task_tokens() -> TaskTokens:
    """Who gives answers to tasks that wait."""
    from airflow_provider_media.job_store import task_tokens

    return cast("TaskTokens", task_tokens)


async def activity_tasks() -> ActivityTasks:
    """Who hands out tasks of activities."""
    from airflow_provider_media.job_store import activity_tasks

    return cast("ActivityTasks", activity_tasks)


async def machines() -> Machines:
    """The state machines of ``include/state_machines`` as they are now."""
    from airflow_provider_media.hooks.state_machine_files import find_machine

    return find_machine


async def executions() -> Executions:
    """Where executions of state machines are written down."""
    from airflow_provider_media.job_store import executions as kept

    return cast("Executions", kept)


async def execution_records() -> ExecutionRecords:
    """Who knows what has happened in executions."""
    from airflow_provider_media.job_store import execution_redrive as read

    return cast("ExecutionRecords", read)


async def publications() -> Publications:
    """Who knows what runs have published."""
    from airflow_provider_media.job_store import publications as read

    return cast("Publications", read)


async def runner() -> Runner:
    """Who runs express machines while somebody waits."""
    from airflow_provider_media.api.express_processes import run_in_process

    return run_in_process


async def workflows() -> Workflows:
    """The workflows of ``include/workflows`` as they are now."""
    from airflow_provider_media.hooks.catalogue import find_workflow

    return find_workflow


async def workflow_list() -> WorkflowList:
    """Who lists workflows."""
    return _list_here


def _list_here() -> Sequence[WorkflowView]:
    from airflow_provider_media.hooks.catalogue import all_workflows
    from airflow_provider_media.job_store.paused_workflows import list_workflows

    return list_workflows(all_workflows().values())


class AirflowUploadTriggers:
    """Uploads, as the project's files and Airflow's connections have them."""

    def workflows(self) -> Sequence[FrozenWorkflow]:
        """The workflows that wait for uploads."""
        from airflow_provider_media.hooks.catalogue import all_workflows

        return [frozen for _, frozen in sorted(all_workflows().items()) if frozen.workflow.trigger]

    def is_output(self, connection: str, uri: str) -> bool:
        """Whether an object carries the mark of what jobs make."""
        from airflow_provider_media.hooks.media import kept_hook

        return kept_hook(connection).made_here(uri)


async def upload_triggers() -> UploadTriggers:
    """Who knows which uploads matter."""
    return AirflowUploadTriggers()


async def upload_signer() -> UploadSigner:
    """Who signs the URLs of uploads."""
    return _sign


def _sign(place: UploadPlace, uri: str, seconds: int) -> str:
    from airflow_provider_media.hooks.media import kept_hook
    from airflow_provider_media.hooks.s3 import S3Storage

    storage = cast("S3Storage", kept_hook(place.connection).storage(uri))
    return storage.upload_url(uri, seconds=seconds)


QueuesNow = Annotated[Queues, Depends(queues)]
JobStoreNow = Annotated[JobStore, Depends(job_store)]
JobQueriesNow = Annotated[JobQueries, Depends(job_queries)]
JobCommandsNow = Annotated[JobCommands, Depends(job_commands)]
MachinesNow = Annotated[Machines, Depends(machines)]
ExecutionsNow = Annotated[Executions, Depends(executions)]
RunnerNow = Annotated[Runner, Depends(runner)]
TaskTokensNow = Annotated[TaskTokens, Depends(task_tokens)]
ActivityTasksNow = Annotated[ActivityTasks, Depends(activity_tasks)]
ExecutionRecordsNow = Annotated[ExecutionRecords, Depends(execution_records)]
PublicationsNow = Annotated[Publications, Depends(publications)]
UploadTriggersNow = Annotated[UploadTriggers, Depends(upload_triggers)]
WorkflowsNow = Annotated[Workflows, Depends(workflows)]
SignerNow = Annotated[UploadSigner, Depends(upload_signer)]
WorkflowListNow = Annotated[WorkflowList, Depends(workflow_list)]
