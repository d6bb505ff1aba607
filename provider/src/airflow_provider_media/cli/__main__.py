"""``python -m airflow_provider_media.cli``: the same commands without Airflow."""

from __future__ import annotations

import gc
from collections.abc import Sequence

from airflow_provider_media.cli.definition import parser

_COLLECT_AFTER = 50_000
"""Net new objects before a garbage collection.

Imports make many objects that stay, which collections would visit in vain.
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command that the arguments name; the process's own arguments when absent."""
    gc.set_threshold(_COLLECT_AFTER)
    args = parser().parse_args(arguments)
    args.func(args)


if __name__ == "__main__":
    main()
