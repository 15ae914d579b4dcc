"""What the hub knows of one connected browser: who it is, what it has been sent, and whether it keeps up.

Daphne never waits for a socket, so what a browser does not read piles up in this process. A browser tells what
it has taken in (`ack`); one that falls behind is sent no more deltas until it has caught up, then a snapshot.
A program that never acknowledges anything is trusted to read; the server's pings find it if it does not.
Pure: the time is an argument, in seconds of any clock that never goes back.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from agents.auth import Credential
from agents.people import Identity
from agents.permissions import QueueKey, Scope
from queues.screens import WallPass, Watcher

#: A browser is behind when a frame this old, or so much in all, has not been acknowledged.
BEHIND_SECONDS = 2.0
BEHIND_BYTES = 1024 * 1024
#: A browser that is behind gets its next snapshot after this time even if it says nothing.
HOLD_SECONDS = 5.0
#: A browser may ask for a snapshot of a PBX this often.
RESYNC_SECONDS = 1.0

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Sent:
    pbx: str
    place: Place
    size: int
    at: float


@dataclass(slots=True, eq=False)
class Client:
    """`send` writes one text frame, `close` ends the socket with a code. `places` is, by PBX, the (epoch, seq) this
    browser has been sent."""

    credential: Credential | WallPass
    identity: Identity | Watcher
    send: Callable[[str], Awaitable[None]]
    close: Callable[[int], Awaitable[None]]
    places: dict[str, Place] = field(default_factory=dict)
    #: PBXs whose snapshot is being written, so that no delta gets between its parts.
    in_snapshot: set[str] = field(default_factory=set)
    #: PBXs of which the browser asked for a snapshot that is not due yet.
    wants: set[str] = field(default_factory=set)
    held_since: float | None = None
    _has_acknowledged: bool = False
    _unacknowledged: deque[_Sent] = field(default_factory=deque)
    _unacknowledged_bytes: int = 0
    _snapshot_at: dict[str, float] = field(default_factory=dict)

    @property
    def scope(self) -> Scope:
        return self.identity.scope

    def note_delta(self, pbx: str, place: Place, size: int, at: float) -> None:
        self.places[pbx] = place
        if self._has_acknowledged:
            self._unacknowledged.append(_Sent(pbx, place, size, at))
            self._unacknowledged_bytes += size

    def note_snapshot(self, pbx: str, place: Place, at: float) -> None:
        """A snapshot makes all before it of the same PBX irrelevant."""
        self.places[pbx] = place
        self.wants.discard(pbx)
        self._snapshot_at[pbx] = at
        self._forget(lambda sent: sent.pbx == pbx)

    def acknowledge(self, pbx: str, place: Place) -> None:
        self._has_acknowledged = True
        self._forget(lambda sent: sent.pbx == pbx and sent.place <= place)

    def is_behind(self, at: float) -> bool:
        if self._unacknowledged_bytes > BEHIND_BYTES:
            return True
        return bool(self._unacknowledged) and at - self._unacknowledged[0].at > BEHIND_SECONDS

    def hold_is_over(self, at: float) -> bool:
        """Whether a browser that was behind has caught up, or has been silent long enough to be asked again."""
        if self.held_since is None:
            return False
        return not self._unacknowledged or at - self.held_since >= HOLD_SECONDS

    def release(self) -> None:
        """Forget what a browser that was behind has not acknowledged: snapshots follow."""
        self.held_since = None
        self._unacknowledged.clear()
        self._unacknowledged_bytes = 0

    def may_have_snapshot(self, pbx: str, at: float) -> bool:
        return at - self._snapshot_at.get(pbx, float("-inf")) >= RESYNC_SECONDS

    def _forget(self, is_settled: Callable[[_Sent], bool]) -> None:
        self._unacknowledged = deque(sent for sent in self._unacknowledged if not is_settled(sent))
        self._unacknowledged_bytes = sum(sent.size for sent in self._unacknowledged)


def greeting(who: Identity | Watcher, build: str, at: datetime) -> str:
    """The `hello` frame, the first of every connection: who this is, and what they may do where; on the wall, what the
    board shows."""
    told = {"wall": who.wall.as_json()} if isinstance(who, Watcher) else {"user": _person(who)}
    return orjson.dumps({"type": "hello", "build": build, **told, "server_time": at}).decode()


def _person(person: Identity) -> dict[str, object]:
    scope = person.scope
    return {
        "username": person.username,
        "name": person.name,
        "role": scope.role,
        "is_supervisor": scope.is_supervisor,
        "agent_ids": scope.agent_ids,
        "teams": [{"name": team.name, "queues": _queues(team.queues)} for team in person.teams],
        "supervised": "all" if scope.acts_everywhere else _queues(sorted(scope.supervised)),
    }


def _queues(keys: Iterable[QueueKey]) -> list[dict[str, str]]:
    return [{"pbx": pbx, "number": number} for pbx, number in keys]
