"""Backend of the routes. Each part is a dependency, so that tests can replace it by one in memory.

The dependencies are coroutines because they only hand over an object. For a plain function, FastAPI changes threads, in
a pool that is full when many clients submit at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Protocol, cast

from fastapi import Depends

from airflow_provider_media.api.auth import User
from airflow_provider_media.api.job_backend import VersionedPage
from airflow_provider_media.core.accounts.accounts import Account, Queues, UploadPlace
from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.project.machine_files import MachineFile
from airflow_provider_media.core.publication.gallery import Publication
from airflow_provider_media.core.statelang import Execution
from airflow_provider_media.core.statelang.activities import ActivityTask
from airflow_provider_media.core.statelang.engine.visits import ExecutionHistory
from airflow_provider_media.core.statelang.service import ExecutionFilter, ExecutionPage, ExecutionView, Started
from airflow_provider_media.core.storage.protocol import SignedUrls
from airflow_provider_media.core.submission.submit import JobStore, Workflows
from airflow_provider_media.core.submission.views import AccountView, JobFilter, JobView, WorkflowView
from airflow_provider_media.core.workflows.model import FrozenWorkflow

Machines = Callable[[str], MachineFile]
"""Function that finds a state machine by its name."""
Runner = Callable[[MachineFile, Any, str], Execution]
"""Function that runs an express machine to its end, given its file, the input and the execution's name."""
UploadSigner = Callable[[UploadPlace, str, int], str]
"""Function that makes the URL for an upload, given a place, the object's URI and a lifetime in seconds."""


class JobQueries(Protocol):
    """Queries of jobs, as ``airflow_provider_media.job_store.job_queries`` answers them."""

    def find_job(self, account: Account, job_id: str) -> JobView:
        """Return one job of an account."""

    def find_jobs(self, account: Account, wanted: JobFilter) -> VersionedPage:
        """Return the jobs of a page, newest first."""

    def describe_queues(self, account: Account) -> AccountView:
        """Return what is in the queues of an account."""


class JobCommands(Protocol):
    """Commands for jobs, as ``airflow_provider_media.job_store.job_commands`` takes them."""

    def cancel_job(self, account: Account, job_id: str) -> JobView:
        """Cancel a job."""

    def retry_job(self, account: Account, job_id: str) -> JobView:
        """Retry an ended job."""


class UploadTriggers(Protocol):
    """Upload triggers of the workflows."""

    def workflows(self) -> Sequence[FrozenWorkflow]:
        """Return the workflows that wait for uploads."""

    def is_output(self, connection: str, uri: str) -> bool:
        """Return whether an object is the output of a job, and no upload."""


class TaskTokens(Protocol):
    """Callbacks for waiting tasks, as ``airflow_provider_media.job_store.task_tokens`` takes them."""

    def answer(self, token: str, result: Mapping[str, Any]) -> None:
        """Give a waiting task its callback."""

    def heartbeat(self, token: str) -> None:
        """Record a heartbeat of a waiting task."""

    def dag_of(self, token: str) -> str:
        """Return the DAG id of the state machine whose task a token names."""


class ActivityTasks(Protocol):
    """Tasks of activities, as ``airflow_provider_media.job_store.activity_tasks`` hands them out."""

    def take(self, activity: str, may: Callable[[str], bool]) -> ActivityTask | None:
        """Take the task that has waited longest."""


class Executions(Protocol):
    """Executions of state machines, as ``airflow_provider_media.job_store.executions`` keeps them."""

    def start(self, machine: str, name: str, value: Mapping[str, Any], user: str | None) -> Started:
        """Start an execution, unless it exists."""

    def find(self, machine: str, name: str) -> ExecutionView:
        """Return an execution by its name."""

    def stop(self, machine: str, name: str, error: str | None, cause: str | None) -> ExecutionView:
        """Stop an execution."""


WorkflowList = Callable[[], Sequence[WorkflowView]]
"""Function that lists the workflows without errors."""


class Publications(Protocol):
    """Publications of runs, as ``airflow_provider_media.job_store.publications`` reads them."""

    def read_publication(self, workflow: str, run_id: str) -> Publication:
        """Return what a run has published."""


ExecutionList = Callable[[str, ExecutionFilter], ExecutionPage]
"""Function that returns a page of a state machine's executions, newest first, given the machine's name."""


MachineStandings = Callable[[Sequence[str]], Mapping[str, Any]]
"""Function that returns what Airflow knows of state machines, by DAG id."""


class ExecutionRecords(Protocol):
    """Execution histories and redrives, as ``airflow_provider_media.job_store.execution_redrive`` has them."""

    def read_history(self, machine: str, name: str) -> ExecutionHistory:
        """Return the history of an execution."""

    def redrive(self, machine: str, name: str) -> None:
        """Continue a failed execution."""


async def queues() -> Queues:
    """Return the accounts of ``include/queues.yaml`` as the file is now."""
    from airflow_provider_media.hooks import catalogue

    return catalogue.queues()


async def job_store(user: User) -> JobStore:
    """Return the job store."""
    from airflow_provider_media.job_store.sql_store import SqlStore

    return SqlStore(user=user.get_name())


async def job_queries() -> JobQueries:
    """Return the queries of jobs."""
    from airflow_provider_media.job_store import job_queries

    return cast("JobQueries", job_queries)


async def job_commands() -> JobCommands:
    """Return the commands for jobs."""
    from airflow_provider_media.job_store import job_commands

    return cast("JobCommands", job_commands)


async def task_tokens() -> TaskTokens:
    """Return the callbacks for waiting tasks."""
    from airflow_provider_media.job_store import task_tokens

    return cast("TaskTokens", task_tokens)


async def activity_tasks() -> ActivityTasks:
    """Return the tasks of activities."""
    from airflow_provider_media.job_store import activity_tasks

    return cast("ActivityTasks", activity_tasks)


async def machines() -> Machines:
    """Return the function that finds a state machine of ``include/state_machines`` as its files are now."""
    from airflow_provider_media.hooks.state_machine_files import find_machine

    return find_machine


async def executions() -> Executions:
    """Return the executions of state machines."""
    from airflow_provider_media.job_store import executions as kept

    return cast("Executions", kept)


async def execution_list() -> ExecutionList:
    """Return the function that lists executions."""
    from airflow_provider_media.job_store.execution_list import list_executions

    return list_executions


async def machine_standings() -> MachineStandings:
    """Return the function that reads what Airflow knows of state machines."""
    from airflow_provider_media.job_store.machine_standing import standing_of

    return standing_of


async def execution_records() -> ExecutionRecords:
    """Return the execution histories and redrives."""
    from airflow_provider_media.job_store import execution_redrive as read

    return cast("ExecutionRecords", read)


async def publications() -> Publications:
    """Return the publications of runs."""
    from airflow_provider_media.job_store import publications as read

    return cast("Publications", read)


async def runner() -> Runner:
    """Return the function that runs express machines while the caller waits."""
    from airflow_provider_media.api.express_processes import run_in_process

    return run_in_process


async def workflows() -> Workflows:
    """Return the function that finds a workflow of ``include/workflows`` as its file is now."""
    from airflow_provider_media.hooks.catalogue import find_workflow

    return find_workflow


async def workflow_list() -> WorkflowList:
    """Return the function that lists the workflows."""
    return _list_here


def _list_here() -> Sequence[WorkflowView]:
    from airflow_provider_media.hooks.catalogue import all_workflows
    from airflow_provider_media.job_store.paused_workflows import list_workflows

    return list_workflows(all_workflows().values())


class AirflowUploadTriggers:
    """Upload triggers from the project's files and Airflow's connections."""

    def workflows(self) -> Sequence[FrozenWorkflow]:
        """Return the workflows that wait for uploads."""
        from airflow_provider_media.hooks.catalogue import all_workflows

        return [frozen for _, frozen in sorted(all_workflows().items()) if frozen.workflow.trigger]

    def is_output(self, connection: str, uri: str) -> bool:
        """Return whether an object carries the mark of job outputs."""
        from airflow_provider_media.hooks.media import kept_hook

        return kept_hook(connection).made_here(uri)


async def upload_triggers() -> UploadTriggers:
    """Return the upload triggers."""
    return AirflowUploadTriggers()


async def upload_signer() -> UploadSigner:
    """Return the function that signs the URLs of uploads."""
    return _sign


def _sign(place: UploadPlace, uri: str, seconds: int) -> str:
    from airflow_provider_media.hooks.media import kept_hook

    storage = kept_hook(place.connection).storage(uri)
    if not isinstance(storage, SignedUrls):
        raise ConfigurationError(
            f"{place.location} takes no uploads, because its storage signs no URLs; name a bucket."
        )
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
ExecutionListNow = Annotated[ExecutionList, Depends(execution_list)]
StandingNow = Annotated[MachineStandings, Depends(machine_standings)]
ExecutionRecordsNow = Annotated[ExecutionRecords, Depends(execution_records)]
PublicationsNow = Annotated[Publications, Depends(publications)]
UploadTriggersNow = Annotated[UploadTriggers, Depends(upload_triggers)]
WorkflowsNow = Annotated[Workflows, Depends(workflows)]
SignerNow = Annotated[UploadSigner, Depends(upload_signer)]
WorkflowListNow = Annotated[WorkflowList, Depends(workflow_list)]
