"""Commands of the definition store, as rows of the command table."""

from __future__ import annotations

from airflow_provider_media.cli.command import JSON, Argument, CliCommand, Group

KINDS = ("workflows", "state-machines")
KIND = Argument(flags=("kind",), help="workflows or state-machines", options={"choices": KINDS})
NAME = Argument(flags=("name",), help="name of the definition")

DEFINITION_STORE = Group(
    name="definitions",
    help="List, read and save workflows and state machines of the definition store",
    commands=(
        CliCommand(
            name="list",
            help="List definitions, those of files included",
            module="airflow_provider_media.cli.definitions_list",
            arguments=(
                Argument(
                    flags=("kind",),
                    help="workflows or state-machines (default: both)",
                    options={"choices": KINDS, "nargs": "?"},
                ),
                JSON,
            ),
        ),
        CliCommand(
            name="get",
            help="Print the text of a stored definition",
            module="airflow_provider_media.cli.definitions_get",
            arguments=(
                KIND,
                NAME,
                Argument(
                    flags=("--version",),
                    help="number of the version (default: the current one)",
                    options={"metavar": "NUMBER", "type": int},
                ),
                JSON,
            ),
            description="With --json, also prints the settings of a state machine, the version and who saved it.",
        ),
        CliCommand(
            name="put",
            help="Save a definition as its next version",
            module="airflow_provider_media.cli.definitions_put",
            arguments=(
                KIND,
                NAME,
                Argument(flags=("file",), help="file with the YAML or JSON", options={"metavar": "FILE"}),
                Argument(
                    flags=("--settings",),
                    help="YAML file with the settings of a state machine",
                    options={"metavar": "FILE"},
                ),
                Argument(
                    flags=("--status",),
                    help="published (default), draft or disabled",
                    options={"choices": ("published", "draft", "disabled"), "default": "published"},
                ),
                Argument(
                    flags=("--base",),
                    help="number of the version that the change began from; absent for a new definition",
                    options={"metavar": "NUMBER", "type": int},
                ),
                Argument(flags=("--comment",), help="what was changed", options={"metavar": "TEXT", "default": ""}),
                JSON,
            ),
            description=(
                "Exit status: 6 when the definition has errors, a file has its name, or somebody else has saved"
                " meanwhile."
            ),
        ),
        CliCommand(
            name="history",
            help="List the versions of a stored definition, newest first",
            module="airflow_provider_media.cli.definitions_history",
            arguments=(KIND, NAME, JSON),
        ),
    ),
)
