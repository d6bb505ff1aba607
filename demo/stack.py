"""Starts and stops the local stack, and talks to it.

with local_stack(Path(".local")) as stack:
    stack.wait_for_dag("media_web")
    stack.api("POST", "dags/media_web/dagRuns", {"dag_run_id": "one", "logical_date": None})
"""

import fcntl
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from demo import airflow_home, ministack
from demo.component import Component, StackError, start, stop_all, wait_until

ROOT = Path(__file__).resolve().parent.parent
MINISTACK_VENV = ROOT / ".local" / "ministack-venv"
START_SECONDS = 180.0
REQUEST_SECONDS = 30.0
ATTEMPTS = 3
"""Times that a question is asked which is not answered in time; orders are given once."""
ENDED = ("success", "failed")
HTTP_UNAUTHORIZED, HTTP_NOT_FOUND, HTTP_SERVER_ERROR = 401, 404, 500


@dataclass(slots=True, kw_only=True)
class Stack:
    """A running stack; every address is on loopback."""

    s3_endpoint: str
    airflow_url: str
    environment: Mapping[str, str]
    home: Path
    components: dict[str, Component] = field(default_factory=dict)
    password: str = ""
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    _token: str = ""

    def check(self) -> None:
        """Raise StackError, with the end of its log, where a component has died."""
        for component in self.components.values():
            component.check()

    def airflow(self, *arguments: str) -> str:
        """Run an ``airflow`` command against this stack and return what it printed.

        :raises StackError: on any exit code but 0.
        """
        done = subprocess.run(
            [sys.executable, "-m", "airflow", *arguments],
            env=dict(self.environment), cwd=self.home, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise StackError(
                f"`airflow {' '.join(arguments)}` ended with {done.returncode}:\n{(done.stdout + done.stderr)[-3000:]}"
            )
        return done.stdout

    def api(self, method: str, path: str, body: object = None) -> Any:
        """Call Airflow's REST API as the administrator and return the decoded answer.

        :param path: below ``/api/v2/``, or absolute on this server when it begins with a slash.
        :raises StackError: on any status of 400 and above, with the server's words.
        """
        status, answer = self.request(method, path, body)
        if status >= 400:
            raise StackError(f"{method} {path} was answered with {status}: {answer}")
        return answer

    def request(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Call Airflow's REST API as the administrator and return status and decoded answer, whatever the status is."""
        status, answer = self._send(method, path, body)
        if status == HTTP_UNAUTHORIZED:
            self._token = self._log_in()
            status, answer = self._send(method, path, body)
        if status == HTTP_SERVER_ERROR:
            # On SQLite two requests can be in each other's way (see of_component); the one that is given up has changed
            # nothing.
            status, answer = self._send(method, path, body)
        return status, answer

    def _send(self, method: str, path: str, body: object) -> tuple[int, Any]:
        import httpx

        address = f"{self.airflow_url}{path}" if path.startswith("/") else f"{self.airflow_url}/api/v2/{path}"
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        for left in reversed(range(ATTEMPTS if method == "GET" else 1)):
            try:
                response = httpx.request(
                    method, address, json=body, headers=headers, timeout=REQUEST_SECONDS, trust_env=False
                )
                break
            except httpx.TimeoutException as error:
                # A machine that starts all of Airflow at once may be busy for a while; whether anything has died,
                # others look.
                if not left:
                    raise StackError(
                        f"Airflow has not answered {method} {path} within {REQUEST_SECONDS:g} s"
                    ) from error
        is_json = response.headers.get("content-type", "").startswith("application/json")
        return response.status_code, response.json() if is_json and response.content else response.text

    def _log_in(self) -> str:
        status, answer = self._send("POST", "/auth/token", {"username": airflow_home.USER, "password": self.password})
        if status >= 400:
            raise StackError(f"Airflow refused the password of {self.home / 'passwords.json'}: {answer}")
        return str(answer["access_token"])

    def start(self, name: str, options: Mapping[str, str] | None = None) -> None:
        """Start one of Airflow's components, or start it again once it has ended; it may take a while to be healthy.

        :param options: further Airflow options of this component alone, as ``section.name``.
        """
        argv = airflow_home.command(name, int(self.airflow_url.rpartition(":")[2]))
        environment = airflow_home.of_component(name, {**self.environment, **airflow_home.variables(options or {})})
        self.components[name] = start(
            name, argv, environment=environment, logs=self.home / "logs" / "components", directory=self.home
        )

    def kill(self, name: str) -> None:
        """End a component and all its processes at once, as a crash of its machine does."""
        self.components.pop(name).kill()

    def wait_for_dag(self, dag_id: str, timeout_seconds: float = 60.0) -> dict[str, Any]:
        """Return a DAG as soon as it has been parsed since this stack started.

        :raises StackError: after the time, with Airflow's import errors.
        """
        found: dict[str, Any] = {}

        def parsed() -> bool:
            status, answer = self.request("GET", f"dags/{dag_id}")
            if status == HTTP_NOT_FOUND or (status < 400 and not self._is_since_start(answer["last_parsed_time"])):
                return False
            if status >= 400:
                raise StackError(f"Airflow answered {status} for the DAG {dag_id}: {answer}")
            found.update(answer)
            return True

        try:
            self.wait_until(parsed, what=f"Parsing the DAG {dag_id}", timeout_seconds=timeout_seconds)
        except StackError as error:
            errors = [item["stack_trace"] for item in self.api("GET", "importErrors")["import_errors"]]
            raise StackError(f"{error}\nImport errors: {errors or 'none'}") from error
        return found

    def _is_since_start(self, stamp: str | None) -> bool:
        return stamp is not None and datetime.fromisoformat(stamp) >= self.started

    def wait_for_run(self, dag_id: str, run_id: str, timeout_seconds: float) -> dict[str, Any]:
        """Return a DAG run once it has ended, well or not: its ``state`` says which.

        :raises StackError: after the time, with the state of every task.
        """
        run: dict[str, Any] = {}

        def ended() -> bool:
            run.update(self.api("GET", f"dags/{dag_id}/dagRuns/{run_id}"))
            return run["state"] in ENDED

        try:
            self.wait_until(ended, what=f"The run {run_id} of {dag_id}", timeout_seconds=timeout_seconds)
        except StackError as error:
            tasks = self.api("GET", f"dags/{dag_id}/dagRuns/{run_id}/taskInstances")["task_instances"]
            states = ", ".join(f"{task['task_id']}[{task['map_index']}]={task['state']}" for task in tasks)
            raise StackError(f"{error}\nTasks: {states or 'none yet'}") from error
        return run

    def wait_until(self, ready: Callable[[], bool], *, what: str, timeout_seconds: float) -> None:
        """Poll until ``ready()`` is true.

        :raises StackError: after the time, or as soon as a component has died.
        """
        wait_until(ready, what=what, timeout_seconds=timeout_seconds, components=list(self.components.values()))

    def healthy(self) -> bool:
        """Tell whether Airflow's API answers and its other components have sent a heartbeat since this stack
        started.
        """
        import httpx

        try:
            status, answer = self._send("GET", "monitor/health", None)
        except (httpx.ConnectError, httpx.TimeoutException):
            return False
        return status < 400 and all(
            self._has_beaten(answer, part) for part in ("scheduler", "triggerer", "dag_processor")
        )

    def _has_beaten(self, health: Mapping[str, Any], part: str) -> bool:
        return self._is_since_start(health[part][f"latest_{part}_heartbeat"])


def free_ports(count: int) -> list[int]:
    """Ports of the loopback interface that nobody uses, all different."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """Hold a home for one stack at a time; the lock goes with the process.

    :raises StackError: where another process has it.
    """
    home.mkdir(parents=True, exist_ok=True)
    with (home / "stack.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StackError(
                f"Another stack runs in {home} (process {owner(lock)}). Stop it with Ctrl-C there, or use another home."
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def owner(lock: IO[str]) -> str:
    """Process id that the holder of a lock has written into it."""
    lock.seek(0)
    return lock.read() or "unknown"


@contextmanager
def local_stack(
    home: Path,
    *,
    airflow: bool = True,
    ui_port: int | None = None,
    dags: Path = ROOT / "dags",
    plugins: Path = ROOT / "plugins",
    options: Mapping[str, str] | None = None,
) -> Iterator[Stack]:
    """Run the stack for the length of a ``with`` block; nothing of it is left afterwards, whatever ends the block.

    :param home: folder that keeps the database, the objects, the secrets and the logs; a second start there is quick.
    :param airflow: False starts the S3 stand-in alone.
    :param ui_port: port of Airflow's UI and API; a free one by default.
    :param dags: Airflow's dags folder.
    :param plugins: Airflow's plugins folder.
    :param options: further Airflow options as ``section.name``, stronger than the stack's own: another database, say,
        under ``database.sql_alchemy_conn``.
    :raises StackError: where a component does not come up; its log's end is in the message.
    """
    home = home.resolve()
    with locked(home):
        s3_port, api_port = free_ports(2)
        api_port = ui_port or api_port
        settings = airflow_home.options(home, port=api_port, dags=dags, plugins=plugins)
        s3_endpoint = f"http://127.0.0.1:{s3_port}"
        stack = Stack(
            s3_endpoint=s3_endpoint,
            airflow_url=f"http://127.0.0.1:{api_port}",
            environment=airflow_home.environment(settings | dict(options or {}), home, s3_endpoint),
            home=home,
            password=airflow_home.read_secrets(home)["password"],
        )
        try:
            start_ministack(stack, s3_port)
            if airflow:
                start_airflow(stack)
            yield stack
        finally:
            stop_all(list(stack.components.values()))


def start_ministack(stack: Stack, port: int) -> None:
    """Start the S3 stand-in; it comes up while Airflow does."""
    argv, state = ministack.command(MINISTACK_VENV), stack.home / "ministack"
    state.mkdir(exist_ok=True)
    environment = ministack.environment(port, state)
    stack.components["ministack"] = start(
        "ministack", argv, environment=environment, logs=stack.home / "logs" / "components", directory=state
    )
    stack.wait_until(
        lambda: ministack.healthy(stack.s3_endpoint), what="Starting the S3 stand-in", timeout_seconds=START_SECONDS
    )


def start_airflow(stack: Stack) -> None:
    """Start Airflow's components side by side and wait for all their heartbeats."""
    airflow_home.migrate(stack.home, stack.environment)
    stack.started = datetime.now(UTC)
    for name in airflow_home.COMPONENTS:
        stack.start(name)
    stack.wait_until(stack.healthy, what="Starting Airflow", timeout_seconds=START_SECONDS)
