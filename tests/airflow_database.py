"""Airflow's own tables in a database of a test, with DAGs in it, in this process."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from airflow.sdk import DAG

BUNDLE = "tests"


@contextmanager
def database(folder: Path, url: str = "") -> Iterator[None]:
    """Let Airflow's models work on a database of their own, whose tables are made at once instead of by a hundred
    migrations.
    """
    from airflow import settings
    from airflow.models import import_all_models
    from airflow.models.base import Base
    from airflow.utils.db import synchronize_log_template

    before = {name: os.environ.get(name) for name in ("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN",)}
    os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] = url or f"sqlite:///{folder / 'airflow.db'}"
    settings.dispose_orm()
    settings.configure_vars()
    settings.configure_orm()
    import_all_models()
    Base.metadata.create_all(settings.engine)
    synchronize_log_template()
    try:
        yield
    finally:
        settings.dispose_orm()
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def machine_dags(**definitions: Mapping[str, Any]) -> list[DAG]:
    """DAGs of state machines, by their names."""
    from airflow_provider_media.factory.state_machine import state_machine_dag

    return [state_machine_dag(name, definition) for name, definition in definitions.items()]


def store(dags: Iterable[DAG]) -> None:
    """Put DAGs into the database, as the DAG processor does."""
    from airflow.models.dag import DagModel
    from airflow.models.dagbundle import DagBundleModel
    from airflow.models.serialized_dag import SerializedDagModel
    from airflow.serialization.definitions.dag import SerializedDAG
    from airflow.serialization.serialized_objects import LazyDeserializedDAG
    from airflow.utils.session import create_session

    with create_session(scoped=False) as session:
        session.merge(DagBundleModel(name=BUNDLE))
        session.flush()
        for dag in dags:
            dag.fileloc, dag.relative_fileloc = __file__, "dag.py"
            lazy = LazyDeserializedDAG.from_dag(dag)
            SerializedDAG.bulk_write_to_db(BUNDLE, None, [lazy], session=session)
            SerializedDagModel.write_dag(lazy, bundle_name=BUNDLE, session=session)
            session.get(DagModel, dag.dag_id).is_paused = False
