"""Ten thousand jobs in PostgreSQL: the newest wait, the ones before them run, all others have ended."""

from typing import Any

RUNNING, WAITING = 100, 1000


def fill(queues: Any, count: int) -> None:
    """Copy the rows of a new job as often as wanted, each copy ten seconds older than the one after it."""
    from airflow.models import DagRun, TaskInstance
    from sqlalchemy import text

    model = f"normal__{queues.submit('model').id}"
    age = f"({count} - n)"
    ended = f"{age} >= {WAITING + RUNNING}"
    moment = f"now() - {age} * interval '10 seconds'"
    run_id = f"'normal__' || md5('{model}' || n)"
    of_run = {
        "run_id": run_id,
        **dict.fromkeys(("logical_date", "run_after", "created_at", "updated_at"), moment),
        "state": f"CASE WHEN {ended} THEN 'success' WHEN {age} >= {WAITING} THEN 'running' ELSE 'queued' END",
        "conf": "jsonb_set(conf::jsonb, '{source}', to_jsonb('s3://in/' || n || '.mp4'))",
    }
    slot = f"CASE WHEN {ended} THEN 'success' WHEN {age} >= {WAITING} THEN 'deferred' END"
    of_task = {
        "id": "gen_random_uuid()",
        "run_id": run_id,
        "state": f"CASE WHEN task_id = 'job' THEN {slot} WHEN {ended} THEN 'success' END",
        "priority_weight": "1000",
        "start_date": f"CASE WHEN {age} >= {WAITING} THEN {moment} END",
        "end_date": f"CASE WHEN {ended} THEN {moment} END",
    }
    with queues.session() as session:
        for model_class, changed in ((DagRun, of_run), (TaskInstance, of_task)):
            table = model_class.__table__
            names = [column.name for column in table.columns if column.name != "id" or column.name in changed]
            chosen = ", ".join(changed.get(name, name) for name in names)
            session.execute(
                text(
                    f"INSERT INTO {table.name} ({', '.join(names)})"  # noqa: S608 - names of the tests alone
                    f" SELECT {chosen} FROM {table.name}, generate_series(1, {count}) n WHERE run_id = :model"
                ),
                {"model": model},
            )
        session.execute(text("DELETE FROM dag_run WHERE run_id = :model"), {"model": model})
    with queues.session() as session:
        session.connection(execution_options={"isolation_level": "AUTOCOMMIT"}).execute(text("ANALYZE"))
