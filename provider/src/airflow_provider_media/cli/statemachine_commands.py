"""Commands of state machines, as rows of the command table."""

from __future__ import annotations

from airflow_provider_media.cli.command import JSON, Argument, CliCommand, Group

MACHINE = Argument(flags=("file",), help="the state machine's JSON file", options={"metavar": "FILE"})
INPUT = Argument(
    flags=("--input",),
    help="input: JSON, or @ and the name of a JSON file",
    options={"metavar": "JSON|@FILE", "default": "{}"},
)
TOKEN = Argument(flags=("token",), help="task token, the value of $$.Task.Token", options={"metavar": "TOKEN"})

STATE_MACHINE = Group(
    name="statemachine",
    help="Check, run, test and draw state machines",
    commands=(
        CliCommand(
            name="lint",
            help="Check state machines",
            module="airflow_provider_media.cli.statemachine_lint",
            arguments=(
                Argument(
                    flags=("paths",),
                    help="files, or folders such as include/state_machines",
                    options={"nargs": "+", "metavar": "PATH"},
                ),
                JSON,
            ),
            description=(
                "Prints each error with its JSON path and the allowed values. Exit status: 0 without errors, else 2."
            ),
        ),
        CliCommand(
            name="run",
            help="Run a state machine in this process",
            module="airflow_provider_media.cli.statemachine_run",
            arguments=(
                MACHINE,
                INPUT,
                Argument(
                    flags=("--mock",),
                    help=(
                        "JSON file with mocked results: a result, {Error, Cause}, or a list of them, by state or"
                        " resource"
                    ),
                    options={"metavar": "FILE"},
                ),
                Argument(
                    flags=("--express",),
                    help="run an express execution, which ends after five minutes",
                    options={"action": "store_true"},
                ),
                Argument(
                    flags=("--fast",), help="skip the time of waits and retry delays", options={"action": "store_true"}
                ),
                JSON,
            ),
            description="Runs the state machine with mocked tasks. Exit status: 0 when the execution succeeds, else 4.",
        ),
        CliCommand(
            name="test-state",
            help="Test one state and show each step of its data flow",
            module="airflow_provider_media.cli.statemachine_test_state",
            arguments=(
                MACHINE,
                Argument(flags=("state",), help="name of the state", options={"metavar": "STATE"}),
                INPUT,
                Argument(
                    flags=("--result",), help="result of the task: JSON, or @FILE", options={"metavar": "JSON|@FILE"}
                ),
                Argument(
                    flags=("--error",), help="name of the error with which the task fails", options={"metavar": "NAME"}
                ),
                Argument(flags=("--cause",), help="cause of the error", options={"metavar": "TEXT"}),
                Argument(
                    flags=("--retries",),
                    help="number of retries that each retrier has made before (default: 0)",
                    options={"metavar": "NUMBER", "type": int, "default": 0},
                ),
                Argument(
                    flags=("--variables",),
                    help="workflow variables: JSON, or @FILE",
                    options={"metavar": "JSON|@FILE", "default": "{}"},
                ),
                Argument(
                    flags=("--context",),
                    help="context object (default: a generated one)",
                    options={"metavar": "JSON|@FILE"},
                ),
                JSON,
            ),
        ),
        CliCommand(
            name="export",
            help="Draw a state machine",
            module="airflow_provider_media.cli.statemachine_export",
            arguments=(
                MACHINE,
                Argument(
                    flags=("--format",),
                    help="format of the drawing",
                    options={"choices": ("mermaid", "svg"), "default": "mermaid"},
                ),
            ),
        ),
        CliCommand(
            name="take",
            help="Take the oldest waiting task of an activity",
            module="airflow_provider_media.cli.statemachine_take",
            arguments=(Argument(flags=("activity",), help="name of the activity"),),
            description=(
                "Prints the task token and the input as JSON, or nothing when no task waits. Only one worker gets a"
                " task."
            ),
        ),
        CliCommand(
            name="succeed",
            help="Report the success of a waiting task",
            module="airflow_provider_media.cli.statemachine_succeed",
            arguments=(
                TOKEN,
                Argument(
                    flags=("--output",),
                    help="result of the task: JSON, or @FILE",
                    options={"metavar": "JSON|@FILE", "default": "{}"},
                ),
            ),
        ),
        CliCommand(
            name="fail",
            help="Report the failure of a waiting task",
            module="airflow_provider_media.cli.statemachine_fail",
            arguments=(
                TOKEN,
                Argument(
                    flags=("--error",), help="name of the error, for Retry and Catch", options={"metavar": "NAME"}
                ),
                Argument(flags=("--cause",), help="cause of the error, for people", options={"metavar": "TEXT"}),
            ),
        ),
        CliCommand(
            name="heartbeat",
            help="Send a heartbeat to a waiting task",
            module="airflow_provider_media.cli.statemachine_heartbeat",
            arguments=(TOKEN,),
        ),
        CliCommand(
            name="redrive",
            help="Redrive a failed execution from its failed state",
            module="airflow_provider_media.cli.statemachine_redrive",
            arguments=(
                Argument(flags=("machine",), help="name of the state machine"),
                Argument(flags=("execution",), help="run id of the execution"),
            ),
            description=(
                "The execution keeps its input and its definition. States that have succeeded do not run again."
            ),
        ),
    ),
)
