"""An Airflow DAG of two steps, with which the tests see that the stack runs anything at all."""

from airflow.sdk import dag, task


@dag(schedule=None)
def stack_check() -> None:
    @task
    def count() -> int:
        return 41

    @task
    def add_one(number: int) -> int:
        return number + 1

    add_one(count())


stack_check()
