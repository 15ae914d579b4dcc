"""Who is rung next: the distribution strategies of app_queue.

In: a queue, its free members, the caller's own history, time and randomness. Out: the members to ring, best
first, all of them for ringall, one otherwise. Pure. A lower penalty always goes first, as calc_metric of
Asterisk's app_queue does it; within one penalty the strategy decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from queues.simulator.entities import Member, Queue

#: Strategies the floor knows, in the spelling of queues.conf.
STRATEGIES = ("ringall", "leastrecent", "fewestcalls", "random", "rrmemory", "linear")


def choose(queue: Queue, free: Sequence[Member], tried: set[str], rng: Random) -> list[Member]:
    """The members of `free` to ring for a caller who has already been offered to `tried` (interfaces).

    `free` is in the order of the queue. Linear and round robin do not ring a member twice before every other
    one was rung; the other strategies may ring the same one again, as the real ones do.
    """
    if not free:
        return []
    penalty = min(member.penalty for member in free)
    best = [member for member in free if member.penalty == penalty]
    match queue.strategy:
        case "ringall":
            return best
        case "leastrecent":
            return [min(best, key=lambda member: member.last_call_at)]
        case "fewestcalls":
            return [min(best, key=lambda member: member.calls_taken)]
        case "random":
            return [rng.choice(best)]
        case "linear":
            return [_first_untried(best, tried)]
        case _:
            return [_first_untried(_from_the_one_after(queue, best), tried)]


def _first_untried(members: list[Member], tried: set[str]) -> Member:
    return next((member for member in members if member.interface not in tried), members[0])


def _from_the_one_after(queue: Queue, members: list[Member]) -> list[Member]:
    """`members` beginning with the first one behind the member rung last."""
    order = list(queue.members)
    start = order.index(queue.last_rung) + 1 if queue.last_rung in queue.members else 0
    turned = order[start:] + order[:start]
    return sorted(members, key=lambda member: turned.index(member.interface))
