"""How many agents a traffic of calls needs: Erlang C, and Erlang A for callers who give up. Pure mathematics.

Calls arrive at random at `arrivals` a second and keep an agent busy for `handle` seconds on average; `load` is their
product, in erlangs. Both models are for one line of callers, agents who all take any call, and a traffic that has
settled.

Erlang C (M/M/n): callers wait as long as it takes. The probability of waiting follows from Erlang B's recursion
B(k) = a B(k-1) / (k + a B(k-1)), which needs neither powers nor factorials, so hundreds of agents are no trouble.

Erlang A (M/M/n+M; Palm 1946, Garnett, Mandelbaum and Reiman 2002): callers have a patience, exponential with mean
`patience` seconds. The wait that is ahead of a caller who finds all agents busy has a density that is proportional to
g(x) = exp(arrivals * patience * (1 - exp(-x / patience)) - n * x / handle), see Zeltyn and Mandelbaum, "Call centers
with impatient customers: many-server asymptotics of the M/M/n+G queue" (2005). Its integral over all x, beside the
weight 1 / B(n-1) of the states with a free agent, is the share of callers who find none; the integral of
exp(-x / patience) g(x) up to some x is that of callers served after so long a wait. Both are taken numerically,
relative to the largest value of g, which alone may be beyond what a float holds.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp, inf, log

#: Nobody has as many agents; a traffic that needs more is a mistake in the figures.
MOST_AGENTS = 10_000
#: An integrand so much smaller than its maximum (as an exponent) is left out.
_NEGLIGIBLE = 40.0
#: Intervals of Simpson's rule in each piece of an integral.
_STEPS = 40


def blocked(agents: int, load: float) -> float:
    """Erlang B: the share of callers who find all agents busy where nobody waits."""
    share = 1.0
    for k in range(1, agents + 1):
        share = load * share / (k + load * share)
    return share


def waits(agents: int, load: float) -> float:
    """Erlang C: the share of callers who have to wait; all of them where the agents cannot keep up."""
    if load >= agents:
        return 1.0
    share = blocked(agents, load)
    return agents * share / (agents - load * (1 - share))


def level_c(agents: int, load: float, handle: float, within: float) -> float:
    """Erlang C: the share of callers answered within so many seconds."""
    if load >= agents:
        return 0.0
    return 1 - waits(agents, load) * exp(-(agents - load) * within / handle)


def needed_c(load: float, handle: float, share: float, within: float) -> int | None:
    """Erlang C: the fewest agents who answer this share within so many seconds. None: more than anybody has."""
    return _fewest(lambda agents: level_c(agents, load, handle, within), share, int(load) + 1)


def level_a(agents: int, load: float, handle: float, within: float, patience: float) -> float:
    """Erlang A: the share of all callers who are answered within so many seconds; who gives up is not."""
    return _served(agents, load, handle, patience, within)


def abandons(agents: int, load: float, handle: float, patience: float) -> float:
    """Erlang A: the share of callers who give up."""
    return 1 - _served(agents, load, handle, patience, inf)


def needed_a(load: float, handle: float, share: float, within: float, patience: float) -> int | None:
    """Erlang A: the fewest agents who answer this share of all callers within so many seconds. None: more than anybody
    has."""
    return _fewest(lambda agents: level_a(agents, load, handle, within, patience), share, 1)


def _fewest(level: Callable[[int], float], share: float, least: int) -> int | None:
    """The smallest number of agents whose level reaches `share`: it grows with them."""
    low, high = max(1, least), max(2, 2 * least)
    while level(high) < share:
        low, high = high + 1, 2 * high
        if low > MOST_AGENTS:
            return None
    while low < high:
        middle = (low + high) // 2
        if level(middle) < share:
            low = middle + 1
        else:
            high = middle
    return low if low <= MOST_AGENTS else None


def _served(agents: int, load: float, handle: float, patience: float, within: float) -> float:
    """The share of callers who are served, with a wait of at most `within` seconds."""
    if load <= 0:
        return 1.0
    arrivals, rate = load / handle, agents / handle

    def exponent(x: float) -> float:
        return arrivals * patience * (1 - exp(-x / patience)) - rate * x

    peak = max(0.0, patience * log(arrivals / rate))
    top = exponent(peak)
    first = peak - _edge(lambda x: exponent(peak - x) - top, 1 / rate, peak)
    last = peak + _edge(lambda x: exponent(peak + x) - top, 1 / rate, inf)
    scale = min(patience, 1 / rate)
    all_busy = arrivals * _area(lambda x: exp(exponent(x) - top), first, peak, last, scale)
    end = min(last, within)
    stayed = arrivals * _area(
        lambda x: exp(exponent(x) - top - x / patience), min(first, end), min(peak, end), end, scale
    )
    # All by B(n-1), which may be too small to divide by.
    share = blocked(agents - 1, load)
    return (exp(-top) + share * stayed) / (exp(-top) + share * all_busy)


def _edge(drop: Callable[[float], float], reach: float, most: float) -> float:
    """How far from its maximum a concave exponent has become negligible, at most `most`; begins looking at `reach`."""
    while reach < most and drop(reach) > -_NEGLIGIBLE:
        reach *= 1.5
    return min(reach, most)


def _area(height: Callable[[float], float], begin: float, centre: float, end: float, scale: float) -> float:
    """The integral from `begin` to `end`, by pieces that grow wider away from `centre`, where it is steepest; the first
    are `scale` wide."""
    area, width, low, high = 0.0, scale, centre, centre
    while begin < low or high < end:
        before, after = max(begin, low - width), min(end, high + width)
        area += _piece(height, before, low) + _piece(height, high, after)
        low, high, width = before, after, 2 * width
    return area


def _piece(height: Callable[[float], float], begin: float, end: float) -> float:
    """Simpson's rule."""
    if end <= begin:
        return 0.0
    step = (end - begin) / _STEPS
    inner = sum((4 if n % 2 else 2) * height(begin + n * step) for n in range(1, _STEPS))
    return step / 3 * (height(begin) + inner + height(end))
