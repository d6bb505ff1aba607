"""Output locations that workflows and accounts name, each with the connection that jobs use there."""

from __future__ import annotations

from airflow_provider_media.core.jobs.places import output_location
from airflow_provider_media.hooks.catalogue import all_workflows, queues
from airflow_provider_media.hooks.media import MediaHook, output_connection


def output_locations() -> dict[str, str]:
    """Return the connection of each output location, by the location's URI, as the files are now.

    The locations are those of workflows, those of accounts, and the buckets of triggers where neither sets one. A
    location that only requests name is not known.

    :raises ConfigurationError: when the file of the accounts is not valid.
    """
    accounts, found = queues().accounts, dict[str, str]()
    for frozen in all_workflows().values():
        workflow, connection = frozen.workflow, output_connection(frozen.workflow)
        if workflow.output.location:
            found.setdefault(output_location(workflow.output.location, ""), connection)
        elif trigger := workflow.trigger:
            own = accounts[trigger.account].output if trigger.account in accounts else None
            found.setdefault(output_location(own, f"s3://{trigger.bucket}/{trigger.prefix}"), connection)
    for account in accounts.values():
        if account.output:
            found.setdefault(output_location(account.output, ""), MediaHook.default_conn_name)
    return found
