"""Frames to typed events: which reader understands which frame.

In: a `Frame` of a live event or of a list's row. Out: an event of `queues.ami.events.kinds`, or None when
nothing there describes the frame or it lacks its identity. Never raises for what a PBX sends.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from queues.ami.events import channel_frames, kinds, queue_frames
from queues.ami.events.values import NoIdentity, Values
from queues.ami.frames import Frame, Wanted

_LIVE_READERS: dict[str, Callable[[Values], kinds.Event | None]] = {
    "queuestatus": queue_frames.queue,
    "queuememberstatus": queue_frames.member,
    "queuememberadded": queue_frames.member,
    "queuememberpause": queue_frames.member,
    "queuememberpenalty": queue_frames.member,
    "queuememberringinuse": queue_frames.member,
    "queuememberremoved": queue_frames.member_removed,
    "queuecallerjoin": queue_frames.caller_joined,
    "queuecallerleave": queue_frames.caller_left,
    "queuecallerabandon": queue_frames.caller_abandoned,
    "agentcalled": queue_frames.agent_called,
    "agentconnect": queue_frames.agent_connected,
    "agentcomplete": queue_frames.agent_completed,
    "agentringnoanswer": queue_frames.agent_not_answered,
    "agentdump": queue_frames.agent_not_answered,
    "newchannel": channel_frames.channel,
    "newstate": channel_frames.channel,
    "newcallerid": channel_frames.channel,
    "newconnectedline": channel_frames.channel,
    "rename": channel_frames.channel_renamed,
    "hangup": channel_frames.channel_gone,
    "hanguprequest": channel_frames.hangup_requested,
    "softhanguprequest": channel_frames.hangup_requested,
    "varset": channel_frames.variable_set,
    "dialend": channel_frames.dial_ended,
    "dialstate": channel_frames.dial_progressed,
    "bridgeenter": channel_frames.bridge_changed,
    "bridgeleave": channel_frames.bridge_changed,
    "devicestatechange": channel_frames.device_changed,
    "blindtransfer": channel_frames.transferred,
    "attendedtransfer": channel_frames.transferred,
    "parkedcall": channel_frames.parked,
    "originateresponse": channel_frames.originate_ended,
    "fullybooted": channel_frames.booted,
    "reload": channel_frames.reloaded,
    "shutdown": channel_frames.shut_down,
}
_READERS: dict[str, Callable[[Values], kinds.Event | None]] = {
    **_LIVE_READERS,
    "queueparams": queue_frames.queue,
    "queuesummary": queue_frames.queue,
    "queuemember": queue_frames.member,
    "gsagent": queue_frames.member,
    "queueentry": queue_frames.caller_row,
    "coreshowchannel": channel_frames.channel,
    "status": channel_frames.channel,
}

#: The live events worth decoding. A dialplan sets variables all the time, and phones ring; only one of each is of
#: interest.
DEFAULT_WANTED: Wanted = {name.encode(): b"" for name in _LIVE_READERS} | {
    b"varset": b"\nVariable: QUEUESTATUS\n",
    b"dialstate": b"\nDialStatus: PROGRESS\n",
}


def from_frame(frame: Frame, faults: Counter[str] | None = None) -> kinds.Event | None:
    """The event `frame` tells, or None. `faults` counts broken fields and missing identities."""
    read = _READERS.get((frame.get("Event") or "").strip().lower())
    if read is None:
        return None
    faults = Counter() if faults is None else faults
    try:
        return read(Values(frame, faults))
    except NoIdentity:
        faults["identity"] += 1
        return None
