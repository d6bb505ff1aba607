"""Queues, jobs and permissions in memory, in place of Airflow's."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

from airflow_provider_media.core.accounts.accounts import parse_queues
from airflow_provider_media.core.accounts.priorities import PRIORITIES
from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.jobs.model import Manifest, ManifestEntry
from airflow_provider_media.core.media.uri import file_name, redact
from airflow_provider_media.core.publication.gallery import Publication
from airflow_provider_media.core.publication.job_page_views import (
    AnnouncementView,
    DeliveryView,
    JobAnnouncements,
    JobTimeline,
    TimelineTask,
    verification_of,
)
from airflow_provider_media.core.publication.published_files import FileAnswer, files_by_path
from airflow_provider_media.core.publication.renditions import JobRenditions
from airflow_provider_media.core.statelang import Start, TaskErred, parse, replay
from airflow_provider_media.core.statelang.drawing import svg
from airflow_provider_media.core.statelang.engine.visits import ExecutionHistory, standing, visits_of
from airflow_provider_media.core.statelang.errors import TaskTokenInvalid
from airflow_provider_media.core.statelang.service import ExecutionPage, ExecutionSummary, ExecutionView, Started
from airflow_provider_media.core.storage.errors import StorageError
from airflow_provider_media.core.submission.admission import Decision, Occupancy, check_paused, decide
from airflow_provider_media.core.submission.errors import QueueMissing, WorkflowUnknown
from airflow_provider_media.core.submission.live_limits import LiveLimits, check_active, limits_view
from airflow_provider_media.core.submission.queue_history import JobTimes, queue_history
from airflow_provider_media.core.submission.resubmission import request_of
from airflow_provider_media.core.submission.submit import StoredJob
from airflow_provider_media.core.submission.views import (
    AccountView,
    JobOfRun,
    JobPage,
    JobView,
    QueueView,
    WorkflowView,
)
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.parsing import build_workflow
from airflow_provider_media.core.workflows.presets import load_presets
from airflow_provider_media.core.workflows.yaml_text import workflow_text
from airflow_provider_media.job_store.errors import (
    ExecutionExists,
    ExecutionNotFailed,
    ExecutionUnknown,
    FileUnknown,
    JobBegun,
    JobEnded,
    JobNotEnded,
    JobUnknown,
    NothingPublished,
    SourceBusy,
    TaskEnded,
)
from airflow_provider_media.job_store.machine_standing import MachineStanding

SINCE = datetime(2026, 11, 26, 9, tzinfo=UTC)
ASKING = parse({"StartAt": "Ask", "States": {"Ask": {"Type": "Task", "Resource": "r:ask", "End": True}}})
RIGHTS = {
    "ann": {
        "media_ingest_normal": {"GET", "POST"},
        "media_ingest_normal__tiny": {"GET", "POST"},
        "media_ingest_normal__acme": {"GET", "POST"},
        "media_ingest_normal__kept": {"GET", "POST"},
        "state_machine_review": {"GET", "POST"},
        "state_machine_greet": {"GET", "POST"},
        "media_vod": {"GET"},
    },
    "vic": {"media_ingest_normal": {"GET"}, "state_machine_review": {"GET"}, "state_machine_greet": {"GET"}},
    "wes": {"media_vod": {"GET"}},
    "nil": {},
}
"""What each user may do with the runs of which DAG."""
DAG_RIGHTS = {"ann": {"GET", "PUT"}, "vic": {"GET"}}
"""What each user may do with all DAGs themselves."""
QUEUES = parse_queues(
    {
        "accounts": {
            "default": {
                "workflow": "vod",
                "profiles": {"multi-platform-extended-static": "vod"},
                "connections": ["media_webhooks"],
                "uploads": {"location": "s3://media-in/uploads/"},
                "requests_per_second": 100_000,
            },
            "tiny": {"workflow": "vod", "limits": {"active": 1, "waiting": {"normal": 1, "low": 0}}},
            "acme": {"workflow": "vod", "requests_per_second": 1},
            "kept": {"workflow": "vod", "sources": ["s3://media-in/kept/"], "outputs": ["s3://media-out/kept/"]},
        }
    }
)


def workflow(name, *, notifications=(), **trigger):
    wanted = {
        "name": name,
        "output": {"location": "s3://media-out/"},
        "outputs": {"poster": {"kind": "snapshots", "at": ["0s"]}},
        "notifications": list(notifications),
    }
    return freeze(
        build_workflow(wanted | ({"trigger": trigger} if trigger else {}), load_presets(Path("/nonexistent")))
    )


WORKFLOWS = {
    "vod": workflow("vod", bucket="media-in", prefix="uploads/", events="push"),
    "looking": workflow("looking", bucket="media-in", prefix="uploads/"),
    "theirs": workflow("theirs", bucket="media-in", prefix="uploads/", events="push", account="acme"),
    "plain": workflow("plain"),
    "told": workflow("told", notifications=[{"url": "https://cms.example.com/hooks/media?token=1"}]),
}
PUBLISHED = Manifest(
    job_id="j1",
    workflow="vod",
    workflow_hash="h",
    source={"uri": "s3://media-in/a film.mp4"},
    outputs=(
        ManifestEntry(
            output="shots", file="1.jpg", uri="s3://media-out/1.jpg", size=1, sha256="0" * 64, media_type="image/jpeg"
        ),
    ),
    uri="s3://media-out/.media/jobs/j1/manifest.json",
)
"""What the run ``normal__j1`` of the workflow vod has published."""
TOKENS = {"token": "state_machine_review", "other": "state_machine_other"}
"""DAGs of the tasks that wait, by their tokens."""


@dataclass
class Backend:
    """Everything that routes ask for."""

    queues: object = QUEUES
    jobs: dict = field(default_factory=dict)
    requests: dict = field(default_factory=dict)
    outputs: set = field(default_factory=set)
    """URIs of objects that jobs have made."""
    storage_is_down: bool = False
    executions: dict = field(default_factory=dict)
    """Executions of state machines, by machine and name."""
    answers: list = field(default_factory=list)
    """What waiting tasks were told."""
    offered: list = field(default_factory=list)
    """Tasks of the activity ``subtitles`` that nobody has taken."""
    paused: set = field(default_factory=set)
    """Names of workflows that are paused."""
    paused_queues: set = field(default_factory=set)
    """Account and priority of queues that are paused."""
    live_limits: object = None
    """Limits that somebody has set."""
    approvals: tuple = ()
    """Open questions of executions."""
    redriven: list = field(default_factory=list)
    """Executions that went on."""
    parse_requests: list = field(default_factory=list)
    """Kinds of definitions whose DAG files were to be parsed at once."""

    def find_workflow(self, name):
        if name not in WORKFLOWS:
            raise WorkflowUnknown(f"There is no workflow {name!r}.", field="workflow")
        return WORKFLOWS[name]

    def record(self, submission, account):
        key = (account.name, submission.job_id)
        if key not in self.jobs:
            self._refuse_busy(submission)
            if submission.workflow.workflow.name in self.paused:
                check_paused(submission.workflow.workflow.name, account)
            return self._admit(key, submission, account)
        job = self.jobs[key]
        return StoredJob(
            request=self.requests[key].request,
            priority=job.priority,
            submitted_at=job.submitted_at,
            state=job.state,
            created=False,
        )

    def _refuse_busy(self, submission):
        for key, job in self.jobs.items():
            if submission.subject and self.requests[key].subject == submission.subject and not job.state.ended:
                raise SourceBusy(f"It is being processed by {job.id}.", job_id=job.id)

    def _admit(self, key, submission, account):
        starts = decide(self.occupancy(account), account, submission.priority) is Decision.START
        state = JobState.RUNNING if starts else JobState.WAITING
        self.requests[key] = submission
        self.jobs[key] = JobView(
            id=submission.job_id,
            account=account.name,
            priority=submission.priority,
            state=state,
            workflow=submission.workflow.workflow.name,
            source=redact(submission.source),
            file_name=file_name(submission.source),
            output=submission.output,
            submitted_at=submission.submitted_at,
            video=submission.video,
        )
        return StoredJob(
            request=submission.request,
            priority=submission.priority,
            submitted_at=submission.submitted_at,
            created=True,
            state=state,
        )

    def occupancy(self, account):
        mine = [job for (name, _), job in self.jobs.items() if name == account.name]
        count = lambda state: {
            each: sum(job.state is state and job.priority == each for job in mine) for each in PRIORITIES
        }
        return Occupancy(active=count(JobState.RUNNING), waiting=count(JobState.WAITING), slots=account.limits.active)

    def find_job(self, account, job_id):
        if (account.name, job_id) not in self.jobs:
            raise JobUnknown(f"The account {account.name!r} has no job {job_id!r}.", job_id=job_id)
        return self.jobs[account.name, job_id]

    def find_jobs(self, account, wanted):
        page = self._list_jobs(account, wanted)
        return SimpleNamespace(version=repr(page), page=lambda: page)

    def _list_jobs(self, account, wanted):
        mine = [
            job for (name, _), job in reversed(self.jobs.items()) if name == account.name and self._matches(job, wanted)
        ]
        start = int(wanted.cursor or 0)
        end = start + wanted.limit
        return JobPage(jobs=tuple(mine[start:end]), next=str(end) if len(mine) > end else None)

    def _matches(self, job, wanted):
        same = all(getattr(wanted, name) in {None, getattr(job, name)} for name in ("priority", "workflow", "video"))
        later = wanted.submitted_after is None or job.submitted_at >= wanted.submitted_after
        earlier = wanted.submitted_before is None or job.submitted_at < wanted.submitted_before
        named = wanted.text is None or wanted.text.lower() in f"{job.file_name} {job.id} {job.video}".lower()
        return same and named and later and earlier and (not wanted.states or job.state in wanted.states)

    def describe_queues(self, account):
        now = self.occupancy(account)
        queues = {
            each: QueueView(
                active=now.active[each],
                active_limit=None,
                waiting=now.waiting[each],
                waiting_limit=account.limits.waiting.of(each),
                held=now.held.get(each, 0),
                oldest=None,
                paused=(account.name, each) in self.paused_queues,
            )
            for each in PRIORITIES
        }
        limits = limits_view(account, self.live_limits, now.slots)
        active = sum(now.active.values())
        return AccountView(account=account.name, active=active, slots=now.slots, queues=queues, limits=limits)

    def change_limits(self, account, body, user):
        check_active(body, account)
        self.live_limits = LiveLimits.of(body, user=user, at=datetime.now(UTC))

    def cancel_job(self, account, job_id):
        job = self.find_job(account, job_id)
        if job.state.ended:
            raise JobEnded(f"The job {job_id} has ended already.", job_id=job_id)
        return self.change(account, job_id, state=JobState.CANCELLED)

    def retry_job(self, account, job_id):
        job = self.find_job(account, job_id)
        if not job.state.ended:
            raise JobNotEnded(f"The job {job_id} is {job.state}.", job_id=job_id)
        return self.change(account, job_id, state=JobState.WAITING, retries=job.retries + 1)

    def change_priority(self, account, job_id, priority):
        job = self.find_job(account, job_id)
        if job.state is not JobState.WAITING:
            raise (JobEnded if job.state.ended else JobBegun)(f"The job {job_id} is {job.state}.", job_id=job_id)
        if job.priority != priority:
            decide(self.occupancy(account), account, priority)
        return self.change(account, job_id, priority=priority)

    def find_request(self, account, job_id):
        self.find_job(account, job_id)
        return request_of(self.requests[account.name, job_id], account)

    def change(self, account, job_id, **fields):
        self.jobs[account.name, job_id] = replace(self.jobs[account.name, job_id], **fields)
        return self.jobs[account.name, job_id]

    def read_history(self, *place, **spans):
        return self._queue_history(*place, **spans) if spans else self._execution_history(*place)

    def _queue_history(self, account, *, span, bucket):
        mine = [job for (name, _), job in self.jobs.items() if name == account.name]
        times = [JobTimes(priority=job.priority, submitted_at=job.submitted_at) for job in mine]
        now = datetime.now(UTC)
        return queue_history(account.name, times, since=now - span, until=now, bucket=bucket)

    def set_paused(self, account, priorities, *, paused):
        change = self.paused_queues.add if paused else self.paused_queues.discard
        for priority in priorities:
            change((account.name, priority))

    def read_file(self, account, job_id, path):
        self.find_job(account, job_id)
        file = files_by_path(PUBLISHED).get(path)
        if file is None:
            raise FileUnknown
        return FileAnswer(media_type=file.media_type, url=f"https://signed.example/{path}?sig=1")

    def read_frame(self, account, job_id, of, at):
        self.find_job(account, job_id)
        return f"{of} at {at}".encode()

    def read_timeline(self, account, job_id):
        job = self.find_job(account, job_id)
        return JobTimeline(dag_id=f"media_{job.workflow}", tasks=(TimelineTask(task="probe", state="success"),))

    def read_workflow(self, account, job_id):
        return workflow_text(WORKFLOWS[self.find_job(account, job_id).workflow].workflow)

    def read_verification(self, account, job_id):
        self.find_job(account, job_id)
        return verification_of(files_by_path(PUBLISHED), None)

    def read_renditions(self, account, job_id):
        self.find_job(account, job_id)
        return JobRenditions(renditions=())

    def read_announcements(self, account, job_id):
        self.find_job(account, job_id)
        delivery = DeliveryView(target="sqs jobs", kind="sqs", state="waiting")
        view = AnnouncementView(
            event="job.succeeded", event_id="e", time=SINCE, dag_id="a", run_id="r", deliveries=(delivery,)
        )
        return JobAnnouncements(announcements=(view,))

    def read_thumbnail(self, account, job_id):
        return self.read_file(account, job_id, "1.jpg")

    def workflows(self):
        return [frozen for frozen in WORKFLOWS.values() if frozen.workflow.trigger]

    def list_workflows(self):
        return [
            WorkflowView(
                name=name,
                description="",
                priority="normal",
                dag_id=f"media_{name}",
                paused=name in self.paused,
                known=True,
            )
            for name in sorted(WORKFLOWS)
        ]

    def find_job_of_run(self, dag_id, run_id):
        return JobOfRun(account="default", id=run_id.partition("__")[2])

    def is_output(self, connection, uri):
        return uri in self.outputs

    def start(self, machine, name, value, user):
        if machine != "review":
            raise QueueMissing(f"Airflow does not know {machine} yet.")
        earlier = self.executions.get((machine, name))
        if earlier is None:
            self.executions[machine, name] = ExecutionView(
                machine=machine, name=name, status="RUNNING", started_at=datetime.now(UTC), input=value
            )
        elif earlier.input != value:
            raise ExecutionExists
        return Started(execution=self.executions[machine, name], created=earlier is None)

    def find(self, machine, name):
        if (machine, name) not in self.executions:
            raise ExecutionUnknown
        return self.executions[machine, name]

    def stop(self, machine, name, error, cause):
        self.executions[machine, name] = replace(self.find(machine, name), status="ABORTED", error=error, cause=cause)
        return self.executions[machine, name]

    def list_executions(self, machine, wanted):
        mine = [each for (name, _), each in reversed(self.executions.items()) if name == machine]
        mine = [each for each in mine if wanted.status in {None, each.status} and (wanted.text or "") in each.name]
        start = int(wanted.cursor or 0)
        end = start + wanted.limit
        page = tuple(
            ExecutionSummary(name=each.name, status=each.status, started_at=each.started_at, stopped_at=each.ended_at)
            for each in mine[start:end]
        )
        return ExecutionPage(executions=page, next=str(end) if len(mine) > end else None)

    def standing_of(self, dag_ids):
        running = sum(each.status == "RUNNING" for each in self.executions.values())
        return {
            each: MachineStanding(known=True, running=running * (each == "state_machine_review")) for each in dag_ids
        }

    def dag_of(self, token):
        if token not in TOKENS:
            raise TaskTokenInvalid
        return TOKENS[token]

    def answer(self, token, told):
        if token in {token for token, _ in self.answers}:
            raise TaskEnded
        self.answers.append((token, told))

    def heartbeat(self, token):
        self.answers.append((token, None))

    def take(self, activity, may):
        task = next((task for task in self.offered if activity == "subtitles" and may(task.dag_id)), None)
        if task is not None:
            self.offered.remove(task)
        return task

    def read_publication(self, workflow, run_id):
        if (workflow, run_id) != ("vod", "normal__j1"):
            raise NothingPublished
        return Publication(
            manifest=PUBLISHED, address=lambda uri: f"https://signed.example/{uri.rpartition('/')[2]}?sig=1"
        )

    def find_approvals(self, machine, name):
        self._execution_history(machine, name)
        return self.approvals

    def read_execution_file(self, machine, name, uri):
        if uri not in self.outputs:
            raise FileUnknown
        return FileAnswer(media_type="image/jpeg", url=f"https://signed.example/{machine}/{name}?sig=1")

    def _execution_history(self, machine, run_id):
        if run_id == "none":
            raise ExecutionUnknown
        journal = [] if run_id == "running" else [TaskErred(id="/Ask@1#1", at=SINCE, error="Broken", cause="by itself")]
        run = replay(ASKING, Start(at=SINCE, input={"clip": "<b>a</b>"}, name=run_id), journal)
        visits = tuple(visits_of(run))
        execution = ExecutionView(
            machine=machine,
            name=run_id,
            status=run.execution.status if run.execution else "RUNNING",
            started_at=SINCE,
            ended_at=SINCE,
            input=run.start.input,
            output=None,
            error=run.execution.error if run.execution else None,
            cause=None,
        )
        return ExecutionHistory(
            execution=execution,
            picture=svg(ASKING, standing(visits)),
            redrives=0,
            visits=visits,
            events=tuple(event.to_json() for event in run.events),
        )

    def redrive(self, machine, run_id):
        if run_id == "running":
            raise ExecutionNotFailed
        self.redriven.append((machine, run_id))

    def sign(self, place, uri, seconds):
        if self.storage_is_down:
            raise StorageError(f"S3 failed on {uri}; try again.")
        until = datetime.now(UTC) + timedelta(seconds=seconds)
        return f"https://signed.example/{uri.removeprefix('s3://')}?until={until:%s}"


class Person:
    """A user of Airflow."""

    def __init__(self, name):
        self.name = name

    def get_name(self):
        return self.name


def may(user, method, dag_id):
    return method in RIGHTS[user.name].get(dag_id, ())


def may_use_dag(user, method, dag_id):
    return method in DAG_RIGHTS.get(user.name, ())


def may_change_pool(user, pool):
    return user.name == "ann" and pool != "media_jobs_acme"
