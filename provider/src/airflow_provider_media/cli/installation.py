"""Commands for setting up and maintaining a deployment, as rows of the command table."""

from __future__ import annotations

from airflow_provider_media.cli.command import JSON, Argument, CliCommand

INSTALLATION: tuple[CliCommand, ...] = (
    CliCommand(
        name="init",
        help="Write the DAG files and a sample include/ into a project",
        module="airflow_provider_media.cli.init",
        arguments=(
            Argument(
                flags=("--folder",),
                help="folder of the project; by default the one around Airflow's DAGs folder",
                options={"metavar": "FOLDER"},
            ),
            Argument(
                flags=("--layout",),
                help="where include/ goes: beside dags/, or inside it as Amazon MWAA wants it",
                options={"choices": ("beside", "inside"), "default": "beside"},
            ),
            JSON,
        ),
        description="Nothing that is there is overwritten. Prints what was written, and what to do next.",
    ),
    CliCommand(
        name="doctor",
        help="Say what keeps jobs from working here, and what to do about it",
        module="airflow_provider_media.cli.doctor",
        arguments=(
            Argument(
                flags=("--offline",),
                help="only what needs neither Airflow's database nor its connections, such as on a machine that encodes",
                options={"action": "store_true"},
            ),
            JSON,
        ),
        description="Ends with 0 when jobs can work, else 2; warnings alone end with 0.",
    ),
)
