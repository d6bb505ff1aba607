import threading

from airflow_provider_media.job_store.fair_lock import Line


def test_threads_are_served_one_by_one_in_the_order_in_which_they_came():
    line, served, threads = Line(), [], []

    def wait(number):
        with line:
            served.append(number)

    with line:
        for number in range(10):
            threads.append(threading.Thread(target=wait, args=(number,)))
            threads[-1].start()
            while len(line._waiting) <= number:
                pass
        assert served == []
    for thread in threads:
        thread.join(10)
    assert served == list(range(10))


def test_a_line_in_which_nobody_stands_is_free_again():
    line = Line()
    for _ in range(2):
        with line:
            assert line._busy
    assert not line._busy


def test_an_error_lets_the_next_one_go():
    line = Line()
    try:
        with line:
            raise ValueError
    except ValueError:
        pass
    assert not line._busy
