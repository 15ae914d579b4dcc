"""Erlang's formulas against published figures, and against a slow way to the same."""

from math import exp, inf, log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queues.live.erlang import MOST_AGENTS, abandons, blocked, level_a, level_c, needed_a, needed_c, waits


@pytest.mark.parametrize(
    ("agents", "load"),
    # Tables of Erlang B: the load in erlangs that so many lines carry at 1 % loss.
    [(1, 0.0101), (5, 1.3608), (10, 4.4612), (20, 12.031), (50, 37.901), (100, 84.064)],
)
def test_loss_is_that_of_the_tables(agents, load):
    assert blocked(agents, load) == pytest.approx(0.01, rel=2e-3)


def test_waiting_is_that_of_the_worked_examples():
    # Call Centre Helper, "Erlang C formula": 100 calls in half an hour, 3 minutes each, 80 % in 20 seconds.
    assert needed_c(10, 180, 0.8, 20) == 14
    assert level_c(14, 10, 180, 20) == pytest.approx(0.888, abs=5e-4)
    assert waits(14, 10) == pytest.approx(0.174, abs=5e-4)
    assert waits(14, 10) * 180 / 4 == pytest.approx(7.8, abs=0.05)
    # Mitan, "Erlang-C formula": 360 calls in half an hour, 4 minutes each, 55 agents.
    assert waits(55, 48) == pytest.approx(0.239, abs=5e-4)


def test_giving_up_is_that_of_the_literature():
    # Garnett, Mandelbaum, Reiman (2002), the example with 50 agents: 48 calls a minute of one minute; without giving up
    # 20.8 s of waiting, with a patience of two minutes 3.1 % give up and the mean wait, theirs included, is 3.7 s.
    assert waits(50, 48) * 60 / 2 == pytest.approx(20.8, abs=0.05)
    lost = abandons(50, 48, 60, 120)
    assert lost == pytest.approx(0.031, abs=5e-4)
    assert lost * 120 == pytest.approx(3.7, abs=0.05)
    # The guide of pyworkforce: 100 calls in half an hour, 3 minutes each, a patience of 5 minutes.
    assert level_a(13, 10, 180, 20, 300) == pytest.approx(0.858, abs=5e-4)
    assert abandons(13, 10, 180, 300) == pytest.approx(0.025, abs=5e-4)


def chain(agents: int, load: float, handle: float, patience: float) -> float:
    """The share who give up, from the probabilities of each number of callers in the system."""
    arrivals, logs, n = load / handle, [0.0], 0
    while n <= agents or logs[-1] > max(logs) - 40:
        n += 1
        logs.append(logs[-1] + log(arrivals / (min(n, agents) / handle + max(n - agents, 0) / patience)))
    weights = [exp(one - max(logs)) for one in logs]
    waiting = sum(max(n - agents, 0) * weight for n, weight in enumerate(weights)) / sum(weights)
    return waiting / patience / arrivals


@settings(max_examples=40, deadline=None)
@given(
    agents=st.integers(1, 30),
    occupancy=st.floats(0.05, 1.8),
    handle=st.floats(5, 900),
    patience=st.floats(2, 3600),
)
def test_the_integrals_agree_with_the_chain_of_states(agents, occupancy, handle, patience):
    load = agents * occupancy
    assert abandons(agents, load, handle, patience) == pytest.approx(chain(agents, load, handle, patience), abs=1e-5)


@settings(max_examples=40, deadline=None)
@given(agents=st.integers(1, 400), occupancy=st.floats(0.01, 3), handle=st.floats(1, 3600), patience=st.floats(1, 9999))
def test_shares_are_shares_and_more_agents_serve_more(agents, occupancy, handle, patience):
    load = agents * occupancy
    for level in (
        lambda n: level_c(n, load, handle, 20),
        lambda n: level_a(n, load, handle, 20, patience),
        lambda n: 1 - abandons(n, load, handle, patience),
    ):
        assert -1e-6 <= level(agents) <= level(agents + 1) + 1e-6 <= 1 + 2e-6


@settings(max_examples=40, deadline=None)
@given(load=st.floats(0.001, 500), handle=st.floats(5, 1800), share=st.floats(0.05, 0.999), within=st.floats(0, 120))
def test_the_needed_are_just_enough(load, handle, share, within):
    needed = needed_c(load, handle, share, within)
    assert level_c(needed, load, handle, within) >= share
    assert needed - 1 <= load or level_c(needed - 1, load, handle, within) < share


def test_who_may_give_up_needs_no_more_agents():
    for load in (0.5, 5, 50, 300):
        assert needed_a(load, 240, 0.8, 20, 180) <= needed_c(load, 240, 0.8, 20)


def test_endless_patience_is_erlang_c():
    assert level_a(50, 48, 60, 20, 1e8) == pytest.approx(level_c(50, 48, 60, 20), abs=1e-4)


def test_hundreds_of_agents_and_hopeless_loads_are_no_trouble():
    assert 0 < waits(900, 850) < waits(860, 850) < 1
    assert level_a(5, 500, 300, 20, 100_000) == pytest.approx(0, abs=1e-6)
    assert abandons(5, 500, 300, 100_000) == pytest.approx(0.99, abs=1e-3)
    assert level_a(400, 0.001, 300, 20, 100) == 1
    assert (level_a(1, 0, 300, 20, 60), abandons(1, 0, 300, 60)) == (1, 0)
    assert waits(3, 3) == 1
    assert level_c(3, 3, 60, inf) == 0
    assert needed_c(MOST_AGENTS, 300, 0.8, 20) is None
    assert needed_a(1e6, 300, 0.8, 20, 60) is None
