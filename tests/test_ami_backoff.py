"""How long to wait before the next attempt."""

from hypothesis import given
from hypothesis import strategies as st

from queues.ami.backoff import Backoff


def test_without_luck_the_waits_double_up_to_a_minute():
    backoff = Backoff(chance=lambda: 0.0)
    assert [backoff.next_wait() for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]


def test_chance_shortens_a_wait_by_up_to_half_but_never_below_a_second():
    backoff = Backoff(chance=lambda: 1.0)
    assert [backoff.next_wait() for _ in range(8)] == [1, 1, 2, 4, 8, 16, 30, 30]


def test_a_link_that_stayed_up_for_a_while_starts_over():
    backoff = Backoff(chance=lambda: 0.0)
    for _ in range(5):
        backoff.next_wait()
    assert backoff.next_wait(up_seconds=15.0) == 1


def test_a_link_that_dies_young_does_not_start_over():
    backoff = Backoff(chance=lambda: 0.0)
    assert [backoff.next_wait(up_seconds=14.9) for _ in range(4)] == [1, 2, 4, 8]


def test_where_nobody_greets_it_is_tried_again_every_few_seconds_however_long_the_outage():
    backoff = Backoff(chance=lambda: 0.0)
    assert [backoff.next_wait(greeted=False) for _ in range(6)] == [1, 2, 4, 5, 5, 5]


def test_not_being_greeted_spares_a_pbx_no_wait_that_its_lost_logins_have_earned():
    backoff = Backoff(chance=lambda: 0.0)
    for _ in range(3):
        backoff.next_wait()
    backoff.next_wait(greeted=False)
    assert backoff.next_wait() == 8
    assert backoff.next_wait(greeted=False) == 1


def test_after_a_refused_login_the_wait_is_a_minute_at_least():
    backoff = Backoff(chance=lambda: 0.0)
    assert backoff.next_wait(refused=True) == 60
    assert Backoff(chance=lambda: 1.0).next_wait(refused=True) == 90
    assert backoff.next_wait() == 1


LOSSES = st.fixed_dictionaries({"refused": st.booleans(), "greeted": st.booleans(), "up_seconds": st.floats(0, 200)})


@given(st.lists(LOSSES, max_size=30), st.randoms(use_true_random=False))
def test_every_wait_is_within_bounds(losses, random):
    backoff = Backoff(chance=random.random)
    for loss in losses:
        wait = backoff.next_wait(**loss)
        assert (60 <= wait <= 90) if loss["refused"] else (1 <= wait <= (60 if loss["greeted"] else 5))
