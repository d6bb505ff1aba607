"""``python -m airflow_provider_media.cli``: the same commands without Airflow."""

from __future__ import annotations

from collections.abc import Sequence

from airflow_provider_media.cli.definition import parser


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command that the arguments name; the process's own arguments when absent."""
    args = parser().parse_args(arguments)
    args.func(args)


if __name__ == "__main__":
    main()
