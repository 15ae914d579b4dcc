"""How far the calls have got that we dialled: from the PBX's events to steps a person understands. Pure.

A dialled call is the phone of who dials (its own channel, told by OriginateResponse, or known before that by being the
phone's and nobody's guest: the first of its Linkedid), and the channels it brings about, which carry its Linkedid.
What Asterisk 16 tells, in this order: Newchannel and Newstate 5 of the own phone, Newstate 6 when it is picked up,
OriginateResponse (which may overtake), Newstate 5 of the other phone or DialState PROGRESS of a trunk that sends sound,
DialEnd with ANSWER or why not, BridgeEnter of both, Hangup with a Q.850 cause. DialEnd says NOANSWER of a phone that
rejects the call: only the cause of its Hangup tells the two apart.

A step back is possible: where the dialplan tries somebody else, busy is followed by ringing. Nothing is concluded from
what is not told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from agents.states import CallProgress
from queues.ami import events as ami
from queues.live.interfaces import channel_device, device_name

#: So many calls are followed at once; the oldest are forgotten.
FOLLOWED_LIMIT = 500

_DOWN, _RINGING, _UP = 0, 5, 6


class Why(StrEnum):
    """Why a call did not come about, beside what its progress says. OWN_PHONE: the phone of who dialled was not picked
    up; CANCELLED: it was hung up while the other rang."""

    NONE = ""
    OWN_PHONE = "own_phone"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    NO_SUCH_NUMBER = "no_such_number"
    UNREACHABLE = "unreachable"
    NO_LINE = "no_line"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Step:
    """The call of this Originate has got so far. `cause`: of OWN_PHONE, the Q.850 number its phone hung up with."""

    action_id: str
    progress: CallProgress
    why: Why = Why.NONE
    cause: int = 0


Verdict = tuple[CallProgress, Why]

_BUSY: Verdict = (CallProgress.BUSY, Why.NONE)
_NO_ANSWER: Verdict = (CallProgress.NO_ANSWER, Why.NONE)
_ENDED: Verdict = (CallProgress.ENDED, Why.NONE)
_CANCELLED: Verdict = (CallProgress.ENDED, Why.CANCELLED)
_OWN_PHONE: Verdict = (CallProgress.OWN_PHONE, Why.NONE)


def _failed(why: Why) -> Verdict:
    return CallProgress.FAILED, why


#: By Q.850; what is missing here (0, 16 "normal clearing", 127 and the like) says nothing.
_BY_CAUSE: dict[int, Verdict] = {
    **dict.fromkeys((17,), _BUSY),
    **dict.fromkeys((18, 19), _NO_ANSWER),
    **dict.fromkeys((21, 55), _failed(Why.REJECTED)),
    **dict.fromkeys((1, 22, 28), _failed(Why.NO_SUCH_NUMBER)),
    # 3, "no route to destination", is what a phone that is not registered is to Asterisk.
    **dict.fromkeys((3, 20, 27), _failed(Why.UNREACHABLE)),
    **dict.fromkeys((2, 34, 38, 41, 42, 44, 47, 58), _failed(Why.NO_LINE)),
}
#: By DialStatus.
_BY_STATUS: dict[str, Verdict] = {
    "BUSY": _BUSY,
    "NOANSWER": _NO_ANSWER,
    "CONGESTION": _failed(Why.NO_LINE),
    "CHANUNAVAIL": _failed(Why.UNREACHABLE),
    "CANCEL": _CANCELLED,
}


@dataclass(slots=True)
class _Call:
    """`side` are channels behind the own one (a Local channel rings the phone behind it), `ringing` those of the other
    side that ring, `judged` the one that the verdict is about."""

    action_id: str
    device: str
    uniqueid: str = ""
    is_up: bool = False
    is_connected: bool = False
    side: set[str] = field(default_factory=set)
    ringing: set[str] = field(default_factory=set)
    judged: str = ""
    verdict: Verdict | None = None
    told: Verdict | None = None


class DialledCalls:
    """The calls of one connection that are followed, by the ActionIDs of their Originates."""

    def __init__(self) -> None:
        self._calls: dict[str, _Call] = {}
        #: By the Uniqueid of their own phone's channel.
        self._own: dict[str, _Call] = {}
        #: By the Uniqueids of the other channels that belong to them.
        self._legs: dict[str, _Call] = {}
        self._bridges: dict[str, set[str]] = {}
        self._rules: dict[type, Callable[[Any], list[Step]]] = {
            ami.OriginateEnded: self._originate_ended,
            ami.ChannelTold: self._channel_told,
            ami.DialProgressed: self._dial_progressed,
            ami.DialEnded: self._dial_ended,
            ami.BridgeChanged: self._bridge_changed,
            ami.ChannelGone: self._channel_gone,
        }

    def follows(self, action_id: str) -> bool:
        """Whether more may be told of this call."""
        return action_id in self._calls

    def begin(self, action_id: str, interface: str) -> None:
        """Follow the call that this Originate is about to place from `interface`."""
        self._calls[action_id] = _Call(action_id, device_name(interface))
        if len(self._calls) > FOLLOWED_LIMIT:
            self._forget(next(iter(self._calls.values())))

    def forget(self, action_id: str) -> None:
        """Nothing more is to be expected of this call: the PBX would not place it."""
        if (call := self._calls.get(action_id)) is not None:
            self._forget(call)

    def forget_all(self) -> list[str]:
        """Events were missed: of no call anything is known any more. Returns their ActionIDs."""
        lost = list(self._calls)
        for known in (self._calls, self._own, self._legs, self._bridges):
            known.clear()
        return lost

    def heard(self, event: ami.Event) -> list[Step]:
        """What this event means for the calls that are followed."""
        rule = self._rules.get(type(event)) if self._calls else None
        return rule(event) if rule is not None else []

    # --- the own phone -----------------------------------------------------------------------------------------

    def _originate_ended(self, event: ami.OriginateEnded) -> list[Step]:
        call = self._calls.get(event.action_id)
        if call is None:
            return []
        if not event.is_success:
            self._forget(call)
            return self._step(call, _failed(Why.OWN_PHONE))
        if event.uniqueid and event.uniqueid != call.uniqueid:
            self._take(call, event.uniqueid)
        return self._picked_up(call)

    def _take(self, call: _Call, uniqueid: str) -> None:
        """That channel is the call's own, and no other."""
        self._own.pop(call.uniqueid, None)
        call.uniqueid = uniqueid
        self._own[uniqueid] = call

    def _picked_up(self, call: _Call) -> list[Step]:
        if call.is_up:
            return []
        call.is_up = True
        return self._step(call, (CallProgress.DIALLING, Why.NONE))

    def _newly_rung(self, event: ami.ChannelTold) -> _Call | None:
        """The call whose own phone this is: rung by the PBX (who dials by hand has state 4) for nobody else."""
        if event.state not in (_DOWN, _RINGING) or event.linkedid != event.uniqueid:
            return None
        device = channel_device(event.channel)
        for call in self._calls.values():
            if not call.uniqueid and call.device == device:
                self._take(call, event.uniqueid)
                return call
        return None

    # --- the other side ----------------------------------------------------------------------------------------

    def _channel_told(self, event: ami.ChannelTold) -> list[Step]:
        is_ringing = event.state == _RINGING
        if (call := self._own.get(event.uniqueid) or self._newly_rung(event)) is not None:
            if event.state == _UP:
                return self._picked_up(call)
            return self._step(call, _OWN_PHONE) if is_ringing and not call.is_up else []
        call = self._own.get(event.linkedid or "")
        if call is None or event.channel.endswith(";2"):
            return []
        if not call.is_up:
            call.side.add(event.uniqueid)
            return self._step(call, _OWN_PHONE) if is_ringing else []
        return self._rings(call, event.uniqueid) if is_ringing and event.uniqueid not in call.side else []

    def _dial_progressed(self, event: ami.DialProgressed) -> list[Step]:
        call = self._own.get(event.uniqueid)
        return self._rings(call, event.agent_uniqueid) if call is not None else []

    def _rings(self, call: _Call, uniqueid: str) -> list[Step]:
        if call.is_connected:
            return []
        self._legs[uniqueid] = call
        call.ringing.add(uniqueid)
        return self._step(call, (CallProgress.THEIRS, Why.NONE))

    def _dial_ended(self, event: ami.DialEnded) -> list[Step]:
        call = self._own.get(event.uniqueid)
        if call is None:
            # The far half of a Local channel dials, too; what became of it the own channel is told.
            if event.status != "ANSWER" and (call := self._legs.get(event.agent_uniqueid)) is not None:
                call.ringing.discard(event.agent_uniqueid)
            return []
        steps = self._picked_up(call)
        if event.status == "ANSWER":
            return steps + self._connected(call)
        call.ringing.discard(event.agent_uniqueid)
        return steps + self._judge(call, event.agent_uniqueid, _BY_STATUS.get(event.status, _failed(Why.OTHER)))

    def _judge(self, call: _Call, uniqueid: str, verdict: Verdict) -> list[Step]:
        if call.is_connected:
            return []
        self._legs[uniqueid] = call
        call.judged, call.verdict = uniqueid, verdict
        # Of several who are rung others may still answer; a cancelled one may be so because somebody did.
        return [] if call.ringing or verdict == _CANCELLED else self._step(call, verdict)

    def _connected(self, call: _Call) -> list[Step]:
        call.is_connected = True
        call.ringing.clear()
        return self._step(call, (CallProgress.CONNECTED, Why.NONE))

    def _bridge_changed(self, event: ami.BridgeChanged) -> list[Step]:
        inside = self._bridges.setdefault(event.bridge_id, set())
        if not event.entered:
            inside.discard(event.uniqueid)
            return []
        inside.add(event.uniqueid)
        own = [call for uniqueid in inside if (call := self._own.get(uniqueid)) is not None]
        talking = [call for call in own if inside - call.side - {call.uniqueid}]
        return [step for call in talking for step in self._picked_up(call) + self._connected(call)]

    def _channel_gone(self, event: ami.ChannelGone) -> list[Step]:
        for inside in self._bridges.values():
            inside.discard(event.uniqueid)
        if (call := self._own.get(event.uniqueid)) is not None:
            return self._own_gone(call, event.cause)
        if (call := self._legs.pop(event.uniqueid, None)) is None:
            return []
        call.ringing.discard(event.uniqueid)
        verdict = _BY_CAUSE.get(event.cause)
        return self._judge(call, event.uniqueid, verdict) if verdict and call.judged == event.uniqueid else []

    def _own_gone(self, call: _Call, cause: int) -> list[Step]:
        talking = set().union(*self._bridges.values())
        if heir := min(call.side & talking, default=""):
            # A Local channel was optimised away: the phone behind it holds the same talk.
            self._take(call, heir)
            return []
        self._forget(call)
        if not call.is_up:
            return [Step(call.action_id, CallProgress.FAILED, Why.OWN_PHONE, cause)]
        if call.is_connected:
            return self._step(call, _ENDED)
        if call.ringing:
            return self._step(call, _CANCELLED)
        return self._step(call, call.verdict or _BY_CAUSE.get(cause, _ENDED))

    # --- what is kept ------------------------------------------------------------------------------------------

    def _forget(self, call: _Call) -> None:
        self._calls.pop(call.action_id, None)
        self._own.pop(call.uniqueid, None)
        self._legs = {uniqueid: other for uniqueid, other in self._legs.items() if other is not call}
        if not self._calls:
            self._bridges.clear()

    def _step(self, call: _Call, verdict: Verdict) -> list[Step]:
        """The step, unless it is where the call is known to be."""
        if call.told == verdict:
            return []
        call.told = verdict
        return [Step(call.action_id, *verdict)]
