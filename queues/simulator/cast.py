"""The people and queues of a simulated call centre: names, numbers, who works where.

In: a floor and the sizes wanted. Out: the floor furnished, always the same way for the same seed.
"""

from __future__ import annotations

from random import Random

from queues.simulator.distribution import STRATEGIES
from queues.simulator.floor import Floor

_DEPARTMENTS = ("Sales", "Support", "Billing", "Reservations", "Returns", "Deliveries", "Complaints", "Repairs")
_SITES = ("", "Berlin", "London", "Kraków", "İstanbul", "Madrid", "Paris")

_FIRST = (
    "Anna Marek Zofia Piotr Ayşe Mehmet Elif Can Laura Thomas Julia Stefan Chloé Hugo Inês João Sofia Lars Ingrid "
    "Björn Priya Arjun Fatima Omar Mei Kenji Olena Dmytro Grace Daniel Ruth Samuel"
)
_LAST = (
    "Kowalska Nowak Wiśniewski Yılmaz Kaya Öztürk Schmidt Müller Weber Dubois Moreau Santos Ferreira Hansen Lindqvist "
    "Jónsson Patel Sharma Haddad Nasser Chen Tanaka Shevchenko Bondar Baker Clarke Murphy O'Brien García López Rossi"
)
_FIRST_NAMES, _LAST_NAMES = _FIRST.split(), _LAST.split()

#: Members of a ringall queue: all their phones ring at once, so it is kept small.
_RINGALL_MEMBERS = 6


def furnish(floor: Floor, *, queues: int, agents: int) -> None:
    """Give the floor `queues` queues from 6500 up and `agents` agents from PJSIP/1000 up, some of them
    dynamic, some with two queues, a few phones unreachable, and a handful of extensions beside them.

    At most 50 queues and 1,000 agents (ValueError): the size a UCM6510 and this simulator are made for.
    """
    if not 0 <= queues <= 50 or not 0 <= agents <= 1000:
        raise ValueError("At most 50 queues and 1000 agents")
    rng = Random(floor.rng.random())  # noqa: S311  a simulation, not a secret
    for index in range(queues):
        _add_queue(floor, index)
    for index in range(agents):
        # The third phone and every 40th is unplugged: a board must show one of those, too.
        floor.add_phone(str(1000 + index), person(index), is_registered=index % 40 != 2)
        if queues:
            _employ(floor, rng, index, queues)
    for index, name in enumerate(("Reception", "Warehouse", "Workshop", "Meeting room", "Director")):
        floor.add_phone(str(2000 + index), name)


def person(index: int) -> str:
    """A person's name; the first 992 are all different."""
    first, last = _FIRST_NAMES[index % len(_FIRST_NAMES)], _LAST_NAMES[index % len(_LAST_NAMES)]
    return f"{first} {last}"


def _add_queue(floor: Floor, index: int) -> None:
    site = _SITES[index // len(_DEPARTMENTS) % len(_SITES)]
    department = _DEPARTMENTS[index % len(_DEPARTMENTS)]
    strategy = STRATEGIES[index % len(STRATEGIES)]
    floor.add_queue(
        str(6500 + index),
        f"{department} {site}".strip(),
        strategy=strategy,
        ring_seconds=30.0 if strategy == "ringall" else 15.0,
        wrap_up_seconds=10.0,
        max_wait_seconds=300.0,
        service_level_seconds=20,
        has_agent_login=index % 3 == 0,
        pauses_silent_agents=index % 4 == 3,
        chairman="2004" if index == 0 else "",
    )


def _employ(floor: Floor, rng: Random, index: int, queues: int) -> None:
    """Give an agent their queues: one in turn, and every third agent a neighbouring one as second choice."""
    interface = f"PJSIP/{1000 + index}"
    places = [index % queues]
    if queues > 1 and index % 3 == 0:
        places.append((index + 1) % queues)
    for choice, place in enumerate(places):
        queue = floor.find_queue(str(6500 + place))
        if queue.strategy == "ringall" and len(queue.members) >= _RINGALL_MEMBERS:
            queue = floor.find_queue(str(6500 + (place + 1) % queues))
        if interface not in queue.members:
            is_dynamic = queue.has_agent_login and rng.random() < 0.5
            floor.add_member(queue.number, interface, penalty=choice, is_dynamic=is_dynamic)
