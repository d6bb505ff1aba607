"""The rules of the queues, one by one and then all together against a model."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.accounts.priorities import PRIORITIES
from airflow_provider_media.core.submission.admission import (
    AT_ONCE,
    WEIGHTS,
    Decision,
    Occupancy,
    decide,
    place,
    room,
    weight,
)
from airflow_provider_media.core.submission.errors import QueueFull

START = datetime(2026, 1, 1, tzinfo=UTC)


def account(active=2, normal=3, low=3, **more):
    limits = {
        "active": active,
        "waiting": {"normal": normal, "low": low},
        "active_per_priority": more.pop("per_priority", {}),
    }
    return Account.model_validate({"limits": limits, **more})


def occupied(active=0, waiting=0, slots=2, **more):
    return Occupancy(active={"normal": active}, waiting={"normal": waiting}, slots=slots, **more)


@pytest.mark.parametrize("priority", PRIORITIES)
def test_job_starts_where_nothing_waits_and_slot_is_free(priority):
    assert decide(occupied(active=1), account(), priority) is Decision.START


@pytest.mark.parametrize(
    "occupancy",
    [occupied(active=2), occupied(waiting=1), occupied(paused=True), occupied(slots=0)],
    ids=["no slot", "somebody waits", "paused", "no slots at all"],
)
@pytest.mark.parametrize("priority", PRIORITIES)
def test_a_job_waits_in_every_other_case(occupancy, priority):
    assert decide(occupancy, account(), priority) is Decision.WAIT


def test_a_pool_without_a_limit_always_has_a_slot():
    assert decide(occupied(active=10_000, slots=None), account(), "low") is Decision.START


def test_a_full_queue_refuses_with_its_limit():
    with pytest.raises(
        QueueFull, match=r"3 normal-priority jobs of the account 'default' are waiting \(limit 3\)"
    ) as refused:
        decide(occupied(active=2, waiting=3), account(), "normal")
    assert (refused.value.code, refused.value.retryable) == ("queue_full", True)


def test_the_other_queue_does_not_count_for_a_quota():
    assert decide(occupied(active=2, waiting=3), account(), "low") is Decision.WAIT


def test_a_job_may_start_where_none_may_wait():
    assert decide(occupied(), account(normal=0), "normal") is Decision.START


def test_priority_at_its_own_limit_waits_though_slots_are_free():
    limited = account(active=5, per_priority={"low": 1})
    occupancy = Occupancy(active={"low": 1}, slots=5)
    assert decide(occupancy, limited, "low") is Decision.WAIT
    assert decide(occupancy, limited, "normal") is Decision.START


@pytest.mark.parametrize("priority", PRIORITIES)
@pytest.mark.parametrize(
    ("occupancy", "more"),
    [
        (occupied(), {}),
        (occupied(active=1), {}),
        (occupied(active=2), {}),
        (occupied(active=2, waiting=2), {}),
        (occupied(active=1, waiting=3), {}),
        (occupied(paused=True), {}),
        (occupied(active=1, slots=4), {}),
        (occupied(), {"normal": 0, "low": 0}),
        (occupied(slots=5), {"per_priority": {"normal": 1, "low": 3}}),
    ],
)
def test_room_equals_number_of_jobs_taken_one_after_another(occupancy, more, priority):
    owner, taken, now = account(**more), 0, occupancy
    while True:
        active, waiting = dict(now.active), dict(now.waiting)
        try:
            into = active if decide(now, owner, priority) is Decision.START else waiting
        except QueueFull:
            break
        into[priority] = into.get(priority, 0) + 1
        now, taken = Occupancy(active=active, waiting=waiting, slots=now.slots, paused=now.paused), taken + 1
    assert room(occupancy, owner, priority) == taken


def test_normal_jobs_outweigh_low_ones_and_a_promise_outweighs_both():
    assert weight(account(), "normal") > weight(account(), "low")
    assert max(WEIGHTS.values()) < AT_ONCE


def test_with_ageing_both_queues_weigh_the_same():
    assert weight(account(ageing_minutes=5), "normal") == weight(account(ageing_minutes=5), "low")


@given(
    minutes=st.integers(1, 100),
    jobs=st.lists(
        st.tuples(st.sampled_from(PRIORITIES), st.integers(0, 300)), max_size=20, unique_by=lambda job: job[1]
    ),
)
def test_with_ageing_normal_job_passes_only_low_ones_waiting_less(minutes, jobs):
    aged = account(ageing_minutes=minutes)
    order = sorted(jobs, key=lambda job: place(aged, job[0], START + timedelta(minutes=job[1])))
    for index, (priority, submitted) in enumerate(order):
        for other, later in order[index + 1 :]:
            if priority == other:
                assert submitted < later
            elif priority == "low":
                assert later - submitted >= minutes
            else:
                assert submitted - later <= minutes


def test_no_job_is_placed_in_future_where_airflow_starts_none():
    assert all(place(account(ageing_minutes=5), priority, START) <= START for priority in PRIORITIES)


class QueuesOfAnAccount(RuleBasedStateMachine):
    """Jobs come, get slots as Airflow gives them (by weight, then by date) and end, in any order; beside it a model of
    the rules.
    """

    SLOTS, QUOTA = 3, 4

    def __init__(self):
        super().__init__()
        self.account = account(self.SLOTS, self.QUOTA, self.QUOTA)
        self.time = START
        self.holding, self.awaiting = [], []
        self.expected_waiting = {priority: [] for priority in PRIORITIES}
        self.expected_active = []

    def occupancy(self):
        promised = [job for job in self.awaiting if job["weight"] == AT_ONCE]
        active = [*self.holding, *promised]
        waiting = [job for job in self.awaiting if job not in promised]
        return Occupancy(
            active={priority: sum(job["priority"] == priority for job in active) for priority in PRIORITIES},
            waiting={priority: sum(job["priority"] == priority for job in waiting) for priority in PRIORITIES},
            slots=self.SLOTS,
        )

    @rule(priority=st.sampled_from(PRIORITIES))
    def submit(self, priority):
        self.time += timedelta(seconds=1)
        job = {
            "priority": priority,
            "date": place(self.account, priority, self.time),
            "weight": weight(self.account, priority),
        }
        free = len(self.expected_active) < self.SLOTS and not any(self.expected_waiting.values())
        full = len(self.expected_waiting[priority]) == self.QUOTA
        if not free and full:
            with pytest.raises(QueueFull):
                decide(self.occupancy(), self.account, priority)
            return
        assert decide(self.occupancy(), self.account, priority) is (Decision.START if free else Decision.WAIT)
        if free:
            job["weight"] = AT_ONCE
            self.expected_active.append(job)
        else:
            self.expected_waiting[priority].append(job)
        self.awaiting.append(job)

    @precondition(lambda self: self.awaiting and len(self.holding) < self.SLOTS)
    @rule()
    def give_a_slot(self):
        first = min(self.awaiting, key=lambda job: (-job["weight"], job["date"]))
        self.awaiting.remove(first)
        self.holding.append(first)
        if first in self.expected_active:
            return
        # Nobody who was promised a slot is passed, and of the others the oldest normal job goes first.
        assert all(job in self.holding for job in self.expected_active)
        queue = next(queue for queue in self.expected_waiting.values() if queue)
        assert queue.pop(0) is first
        self.expected_active.append(first)

    @precondition(lambda self: self.holding)
    @rule(data=st.data())
    def end(self, data):
        ended = data.draw(st.sampled_from(self.holding), label="the job that ends")
        self.holding.remove(ended)
        self.expected_active.remove(ended)

    @invariant()
    def no_queue_is_ever_overfull(self):
        now = self.occupancy()
        assert sum(now.active.values()) <= self.SLOTS
        assert all(number <= self.QUOTA for number in now.waiting.values())


TestQueuesOfAnAccount = QueuesOfAnAccount.TestCase
