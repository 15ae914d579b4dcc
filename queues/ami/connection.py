"""One AMI session without any I/O: bytes in, happenings out, bytes to send out.

    for happening in connection.receive(data): ...      # what the bytes meant, in order
    action_id = connection.start(action)                # then write connection.outgoing()

It logs in (MD5 challenge, else plain), pairs answers with actions, collects lists, and tells live events apart
from the rows of a list. It never sends anything twice and knows no clock: time-outs are the caller's, who then
calls `abandon`. Raised from `receive`: LoginRefused and FrameError, both the end of the session.

How an answer finds its action. By ActionID, where the PBX echoes it. Where it does not: a PBX works on one action
at a time, so a response belongs to the oldest action that has none, and a row to the newest list that was answered
and expects its name (newest, so that a list whose completion got lost spoils no later one). A UCM names the rows of
`Queues` like live events; a live event has a Privilege and no ActionID of ours, a row has either no Privilege or our
ActionID. A list ends with the *name* of its completion or with `EventList: Complete`; ListItems counts other
things on a UCM, and 13.0 sends no EventList, so neither is relied on.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import count, takewhile

from queues.ami.actions import Action, Challenge, Login
from queues.ami.errors import ActionRefused, FrameError, LoginRefused
from queues.ami.events import Event, from_frame
from queues.ami.frames import MAX_LINE, Counters, Decoder, Frame, Wanted, encode

#: Rows of one list; twice 50 queues of 1,000 agents, far below what hurts.
MAX_ROWS = 100_000

#: Any maker's banner: "Asterisk Call Manager/5.0.4", with whatever before it on the line.
_BANNER = re.compile(rb"Call Manager(?: Proxy)?/(\d+(?:\.\d+)*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to an action: the response, and the rows if it was a list.

    `rows` are typed; `untyped` are those no event describes (ExtensionStateList). `action_id` is what an
    OriginateResponse will name.
    """

    action_id: str
    fields: Frame
    rows: list[Event] = field(default_factory=list)
    untyped: list[Frame] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Answered:
    """An action is done with: its reply, or the PBX's refusal."""

    action_id: str
    outcome: Reply | ActionRefused


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """The PBX let us in; actions may be started."""


Happening = Answered | LoggedIn | Event


class _Stage(Enum):
    BANNER = auto()
    CHALLENGE = auto()
    LOGIN = auto()
    UP = auto()


@dataclass(slots=True)
class _Pending:
    """An action on its way. `response` None: not answered yet. Abandoned ones only keep the order of answers."""

    action_id: str
    action: Action
    response: Frame | None = None
    rows: list[Event] = field(default_factory=list)
    untyped: list[Frame] = field(default_factory=list)
    is_abandoned: bool = False


class Connection:
    """The state of one session. `version` is the AMI version of the banner, "" before it came."""

    def __init__(self, username: str, secret: str, *, wanted: Wanted, id_prefix: str) -> None:
        self.version = ""
        self.counters = Counters()
        self._username = username
        self._secret = secret
        self._wanted = wanted
        self._decoder = Decoder(wanted, self.counters)
        self._id_prefix = id_prefix
        self._ids = count(1)
        self._stage = _Stage.BANNER
        self._banner = bytearray()
        self._before_banner = 0
        self._pending: dict[str, _Pending] = {}
        self._outgoing = bytearray()
        self._echoes_ids = False

    # Out

    def start(self, action: Action, label: str = "") -> str:
        """Queue `action` for sending; its ActionID: `id_of(label)`, or without a label one that is free. A label
        is no number, and names one action of a session.

        **Errors** InvalidAction, and then nothing was queued."""
        action_id = self.id_of(label or str(next(self._ids)))
        self._outgoing += encode(action.name, action.fields(), action_id)
        self._pending[action_id] = _Pending(action_id, action)
        self._choose_wanted()
        return action_id

    def id_of(self, label: str) -> str:
        """The ActionID of an action started with this label."""
        return f"{self._id_prefix}{label}"

    def outgoing(self) -> bytes:
        """What to write now; empty when there is nothing."""
        data = bytes(self._outgoing)
        self._outgoing.clear()
        return data

    def abandon(self, action_id: str) -> None:
        """Nobody waits for this action any more; a late answer will be swallowed. Unknown ids are ignored."""
        pending = self._pending.get(action_id)
        if pending is None:
            return
        if self._echoes_ids:
            # Late answers can be told by their ActionID, which nobody knows any more.
            del self._pending[action_id]
        else:
            pending.is_abandoned = True
            pending.rows.clear()
        self._choose_wanted()

    def _choose_wanted(self) -> None:
        """Rows have names a live stream is not asked for, so nothing may be dropped while a list is open."""
        is_listing = any(pending.action.completion for pending in self._pending.values())
        self._decoder.wanted = None if is_listing else self._wanted

    # In

    def receive(self, data: bytes) -> Iterator[Happening]:
        """What `data` says, in order. Exhaust it; afterwards there may be something in `outgoing`.

        **Errors** LoginRefused with the PBX's words; FrameError when a limit is broken."""
        if self._stage is _Stage.BANNER:
            data = self._read_banner(data)
        for frame in self._decoder.feed(data):
            happening = self._on_frame(frame)
            if happening is not None:
                yield happening

    def _read_banner(self, data: bytes) -> bytes:
        """Look for the banner's line; what follows it, or b"" while it is not there. Other lines are skipped."""
        self._banner += data
        self._before_banner += len(data)
        while (end := self._banner.find(b"\n")) >= 0:
            line = bytes(self._banner[:end])
            del self._banner[: end + 1]
            banner = _BANNER.search(line)
            if banner:
                self.version = banner[1].decode()
                self._stage = _Stage.CHALLENGE
                self.start(Challenge())
                rest = bytes(self._banner)
                self._banner.clear()
                return rest
        if self._before_banner > MAX_LINE:
            raise FrameError("This is no AMI port: no banner in the first bytes.")
        return b""

    def _on_frame(self, frame: Frame) -> Happening | None:
        """What one frame means, if anything."""
        if frame.get("Event") is not None:
            return self._on_event(frame)
        if frame.get("Response") is not None:
            return self._on_response(frame)
        self.counters.skipped["not_a_frame"] += 1
        return None

    def _on_response(self, frame: Frame) -> Happening | None:
        pending = self._claim_response(frame)
        if pending is None:
            self.counters.skipped["stray_response"] += 1
            return None
        self._forget_over(pending)
        pending.response = frame
        if self._stage is not _Stage.UP:
            self._finish(pending)
            return self._on_login_step(frame)
        if _is_refusal(frame):
            return self._answer(pending, ActionRefused(_words(frame)))
        if not pending.action.completion:
            return self._answer(pending, Reply(pending.action_id, frame))
        return None

    def _claim_response(self, frame: Frame) -> _Pending | None:
        action_id = frame.get("ActionID")
        if action_id is None:
            return next((pending for pending in self._pending.values() if pending.response is None), None)
        pending = self._pending.get(action_id)
        if pending is None or pending.response is not None:
            return None
        self._echoes_ids = True
        return pending

    def _forget_over(self, pending: _Pending) -> None:
        """A PBX that answers `pending` is done with the lists before it, also with those that never ended."""
        before = takewhile(lambda other: other is not pending, self._pending.values())
        for other in [other for other in before if other.is_abandoned and other.response is not None]:
            self._finish(other)

    def _on_login_step(self, frame: Frame) -> LoggedIn | None:
        if self._stage is _Stage.CHALLENGE:
            challenge = None if _is_refusal(frame) else frame.get("Challenge")
            self._stage = _Stage.LOGIN
            self.start(self._login(challenge))
            return None
        if _is_refusal(frame):
            raise LoginRefused(_words(frame))
        self._stage = _Stage.UP
        self._secret = ""
        return LoggedIn()

    def _login(self, challenge: str | None) -> Login:
        if not challenge:
            return Login(self._username, secret=self._secret)
        # MD5 is what AMI speaks; only TLS protects the session itself.
        key = hashlib.md5(
            (challenge + self._secret).encode("utf-8", "surrogateescape"), usedforsecurity=False
        ).hexdigest()
        return Login(self._username, auth_type="MD5", key=key)

    def _on_event(self, frame: Frame) -> Happening | None:
        pending = self._owner(frame)
        if pending is not None:
            return self._on_list_event(pending, frame)
        if self._is_ours(frame):
            self.counters.skipped["stray_row"] += 1
            return None
        return self._on_live_event(frame)

    def _owner(self, frame: Frame) -> _Pending | None:
        """The list `frame` is a part of, None for a live event."""
        action_id = frame.get("ActionID")
        if action_id is not None:
            pending = self._pending.get(action_id)
            return pending if pending is not None and pending.action.completion else None
        if frame.get("Privilege") is not None:
            return None
        name, is_end = _event_name(frame), _list_end(frame) is not None
        for pending in reversed(self._pending.values()):
            action = pending.action
            is_open = pending.response is not None and action.completion
            if is_open and (is_end or name in action.rows or name == action.completion):
                return pending
        return None

    def _is_ours(self, frame: Frame) -> bool:
        """Whether `frame` is a late row of an abandoned list; an OriginateResponse has a Privilege too."""
        return frame.get("Privilege") is None and (frame.get("ActionID") or "").startswith(self._id_prefix)

    def _on_list_event(self, pending: _Pending, frame: Frame) -> Answered | None:
        end = _list_end(frame)
        if end == "cancelled":
            return self._answer(pending, ActionRefused("The list was cancelled."))
        if end is not None or _event_name(frame) == pending.action.completion:
            # Where nothing is echoed a response may have gone astray; the rows came all the same.
            response = pending.response or Frame([])
            return self._answer(pending, Reply(pending.action_id, response, pending.rows, pending.untyped))
        if not pending.is_abandoned:
            self._keep_row(pending, frame)
        return None

    def _keep_row(self, pending: _Pending, frame: Frame) -> None:
        """Type a row as it comes: thousands of them at once would hold up everything else."""
        row = from_frame(frame, self.counters.skipped)
        if row is None:
            pending.untyped.append(frame)
        else:
            pending.rows.append(row)
        if len(pending.rows) + len(pending.untyped) > MAX_ROWS:
            raise FrameError("The PBX sent a list without end.")

    def _answer(self, pending: _Pending, outcome: Reply | ActionRefused) -> Answered | None:
        self._finish(pending)
        return None if pending.is_abandoned else Answered(pending.action_id, outcome)

    def _finish(self, pending: _Pending) -> None:
        del self._pending[pending.action_id]
        self._choose_wanted()

    def _on_live_event(self, frame: Frame) -> Event | None:
        # While a list is open the decoder lets everything pass, and it cannot judge frames that begin oddly.
        if self._wanted is not None and _event_name(frame).encode("utf-8", "replace") not in self._wanted:
            self.counters.unwanted += 1
            return None
        event = from_frame(frame, self.counters.skipped)
        if event is not None:
            self.counters.events[type(event).__name__] += 1
        return event


def _event_name(frame: Frame) -> str:
    return (frame.get("Event") or "").strip().lower()


def _list_end(frame: Frame) -> str | None:
    """How a list ended, "complete" or "cancelled"; None if this frame does not say that it did."""
    word = (frame.get("EventList") or "").strip().lower()
    return word if word in ("complete", "cancelled") else None


def _is_refusal(frame: Frame) -> bool:
    return (frame.get("Response") or "").strip().lower() in ("error", "failure")


def _words(frame: Frame) -> str:
    """The PBX's own words; a message may go on in lines that are no headers."""
    words = " ".join([frame.get("Message") or "", *frame.text]).strip()
    return "".join(letter if letter.isprintable() else " " for letter in words)[:255] or "refused without a word"
