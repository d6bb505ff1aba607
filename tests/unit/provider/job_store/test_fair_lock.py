import threading

import pytest

from airflow_provider_media.job_store.fair_lock import FairLock
from demo.component import wait_until


def test_fair_lock_serves_threads_in_order_of_arrival():
    lock, served, threads = FairLock(), [], []

    def serve(number):
        with lock:
            served.append(number)

    with lock:
        for number in range(10):
            threads.append(threading.Thread(target=serve, args=(number,)))
            threads[-1].start()
            wait_until(
                lambda number=number: lock.waiting > number,
                what=f"thread {number} to wait",
                timeout_seconds=30,
                poll_seconds=0.001,
            )
        assert served == []
    for thread in threads:
        thread.join(10)
    assert served == list(range(10))


def test_fair_lock_is_free_again_after_its_last_holder():
    lock = FairLock()
    for _ in range(2):
        assert not lock.is_held
        with lock:
            assert lock.is_held
    assert not lock.is_held


def test_fair_lock_is_released_by_an_error():
    lock = FairLock()
    with pytest.raises(ValueError, match="broken"), lock:
        raise ValueError("broken")
    assert not lock.is_held
