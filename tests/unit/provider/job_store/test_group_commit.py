import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from airflow_provider_media.job_store.group_commit import MOST, Desk


class Work:
    """Work that lasts until it is let go, and remembers what it was given together."""

    def __init__(self, answer=lambda wish: wish * 10):
        self.answer, self.together, self.go = answer, [], threading.Event()

    def __call__(self, wishes):
        self.together.append(list(wishes))
        assert self.go.wait(30)
        return [self.answer(wish) for wish in wishes]


def ask(pool, desk, wishes):
    """Let threads come one after the other, the second only once the first is being served."""
    asked = []
    for number, wish in enumerate(wishes):
        asked.append(pool.submit(desk.fulfil, wish))
        while len(desk._waiting) < number or not desk._busy:
            pass
    return asked


def test_whoever_comes_while_another_is_served_is_served_together_with_all_who_wait_in_their_order():
    work = Work()
    desk = Desk(work)
    with ThreadPoolExecutor(5) as pool:
        asked = ask(pool, desk, [1, 2, 3, 4, 5])
        work.go.set()
        assert [each.result(30) for each in asked] == [10, 20, 30, 40, 50]
    assert work.together == [[1], [2, 3, 4, 5]]
    assert not desk._busy


def test_no_more_than_a_hundred_are_served_together():
    work = Work()
    desk = Desk(work)
    with ThreadPoolExecutor(MOST + 6) as pool:
        asked = ask(pool, desk, range(MOST + 6))
        work.go.set()
        assert [each.result(30) for each in asked] == [wish * 10 for wish in range(MOST + 6)]
    assert [len(together) for together in work.together] == [1, MOST, 5]


def test_an_error_is_raised_in_the_thread_whose_wish_it_is_about():
    desk = Desk(lambda wishes: [ValueError("odd") if wish % 2 else wish for wish in wishes])
    assert desk.fulfil(2) == 2
    with pytest.raises(ValueError, match="odd"):
        desk.fulfil(3)


def test_work_that_fails_fails_for_all_it_was_done_for_and_the_next_is_served():
    broken = True

    def work(wishes):
        if broken:
            raise OSError("no database")
        return wishes

    desk = Desk(work)
    with pytest.raises(OSError, match="no database"):
        desk.fulfil(1)
    broken = False
    assert desk.fulfil(2) == 2
