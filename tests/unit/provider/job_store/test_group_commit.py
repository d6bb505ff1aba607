import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from airflow_provider_media.job_store.group_commit import MAX_BATCH, GroupCommit
from demo.component import wait_until


class HeldCommit:
    """A commit that lasts until it is let go, and keeps what it was given together."""

    def __init__(self):
        self.batches, self.began, self.go = [], threading.Event(), threading.Event()

    def __call__(self, items):
        self.batches.append(list(items))
        self.began.set()
        assert self.go.wait(30)
        return [item * 10 for item in items]


def submit_in_order(pool, held, commits, items):
    """Submit from a thread each: the second once the first is being committed, each further one once the one before
    waits.
    """
    first, *others = items
    results = [pool.submit(commits.submit, first)]
    assert held.began.wait(30)
    for number, item in enumerate(others, start=1):
        results.append(pool.submit(commits.submit, item))
        wait_until(
            lambda number=number: commits.waiting >= number,
            what=f"item {number} to wait",
            timeout_seconds=30,
            poll_seconds=0.001,
        )
    return results


def test_group_commit_takes_all_that_wait_in_their_order():
    held = HeldCommit()
    commits = GroupCommit(held)
    with ThreadPoolExecutor(5) as pool:
        results = submit_in_order(pool, held, commits, [1, 2, 3, 4, 5])
        held.go.set()
        assert [each.result(30) for each in results] == [10, 20, 30, 40, 50]
    assert held.batches == [[1], [2, 3, 4, 5]]
    assert commits.waiting == 0


def test_group_commit_takes_a_hundred_items_at_most():
    held = HeldCommit()
    commits = GroupCommit(held)
    with ThreadPoolExecutor(MAX_BATCH + 6) as pool:
        results = submit_in_order(pool, held, commits, range(MAX_BATCH + 6))
        held.go.set()
        assert [each.result(30) for each in results] == [item * 10 for item in range(MAX_BATCH + 6)]
    assert [len(batch) for batch in held.batches] == [1, MAX_BATCH, 5]


def test_group_commit_raises_error_in_thread_of_its_item():
    commits = GroupCommit(lambda items: [ValueError("odd") if item % 2 else item for item in items])
    assert commits.submit(2) == 2
    with pytest.raises(ValueError, match="odd"):
        commits.submit(3)


def test_group_commit_failure_raises_in_all_threads_then_goes_on():
    broken = True

    def work(items):
        if broken:
            raise OSError("no database")
        return items

    commits = GroupCommit(work)
    with pytest.raises(OSError, match="no database"):
        commits.submit(1)
    broken = False
    assert commits.submit(2) == 2
