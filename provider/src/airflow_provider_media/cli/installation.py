"""Commands for setting up and maintaining a deployment, as rows of the command table."""

from __future__ import annotations

from airflow_provider_media.cli.command import JSON, Argument, CliCommand

INSTALLATION: tuple[CliCommand, ...] = (
    CliCommand(
        name="init",
        help="Create the DAG files and a sample include/ in a project",
        module="airflow_provider_media.cli.init",
        arguments=(
            Argument(
                flags=("--folder",),
                help="folder of the project (default: the parent of Airflow's DAGs folder)",
                options={"metavar": "FOLDER"},
            ),
            Argument(
                flags=("--layout",),
                help="place of include/: beside dags/, or inside dags/ for Amazon MWAA",
                options={"choices": ("beside", "inside"), "default": "beside"},
            ),
            JSON,
        ),
        description="Prints the created files and the next steps. The command overwrites no file.",
    ),
    CliCommand(
        name="doctor",
        help="Check this deployment and advise on each problem",
        module="airflow_provider_media.cli.doctor",
        arguments=(
            Argument(
                flags=("--offline",),
                help="skip the checks of Airflow's database and connections, for machines that only encode",
                options={"action": "store_true"},
            ),
            JSON,
        ),
        description="Exit status: 0 without errors (warnings are allowed), else 2.",
    ),
)
