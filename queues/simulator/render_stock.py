"""How a stock Asterisk says it: facts and states of the floor as AMI text, in the recorded order of headers.

In: facts, and the floor's objects when a client asks for a list. Out: the text of one packet without its
closing empty line (`Lines`). Everything here was compared with streams recorded from Asterisk 16.28.
"""

from __future__ import annotations

from collections.abc import Iterable

from queues.simulator.entities import Bridge, Call, Channel, DeviceState, Member, Queue
from queues.simulator.facts import Fact

_EVENTS = {
    "call": (
        "Newchannel Newstate NewCallerid NewConnectedLine DialBegin DialState DialEnd BridgeCreate BridgeEnter "
        "BridgeLeave BridgeDestroy Hangup HangupRequest SoftHangupRequest MusicOnHoldStart MusicOnHoldStop "
        "DeviceStateChange OriginateResponse BlindTransfer AttendedTransfer ParkedCall UnParkedCall "
        "ChanSpyStart ChanSpyStop MixMonitorStart MixMonitorStop MonitorStart MonitorStop"
    ),
    "agent": (
        "QueueCallerJoin QueueCallerLeave QueueCallerAbandon AgentCalled AgentConnect AgentComplete "
        "AgentRingNoAnswer QueueMemberStatus QueueMemberAdded QueueMemberRemoved QueueMemberPause "
        "QueueMemberPenalty QueueMemberRinginuse"
    ),
    "dialplan": "Newexten VarSet",
    "system": "FullyBooted Reload",
    "security": "SuccessfulAuth",
}

#: The class a user must have to hear an event (its `Privilege: <class>,all`). An event not listed is not told.
CLASSES = {event: name for name, events in _EVENTS.items() for event in events.split()}

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def escape(text: str) -> str:
    """A caller's name as live events write it: C-escaped, which QueueEntry rows are not."""
    return text.translate(_ESCAPES)


def epoch(at: float) -> int:
    """Whole epoch seconds; 0 is never."""
    return int(at)


def percent(part: int, whole: int) -> float:
    """`part` of `whole` in percent, 0 when there is no whole."""
    return 100.0 * part / whole if whole else 0.0


class StockDialect:
    """Texts of a stock Asterisk 16. `human_names`: members are shown by their human names; `has_spying`: phones may
    listen in; `knows_immediate`: a new priority may move a waiting caller at once, as in 18.20, 20.5 and later."""

    name = "asterisk"
    banner = "Asterisk Call Manager/5.0.4"
    ami_version = "5.0.4"
    asterisk_version = "16.28.0"
    max_file_handles = 8192
    human_names = True
    has_spying = True
    knows_immediate = False
    did_context = "from-trunk"
    classes = CLASSES
    has_blank_line_after_agent = False
    #: What an empty caller id is in events and channel rows.
    nobody = "<unknown>"

    # Events

    def event(self, fact: Fact, timestamp: bool = False) -> str:
        """The packet of a fact whose event this dialect has (`classes`)."""
        lines = f"Event: {fact.event}\r\nPrivilege: {self.classes[fact.event]},all\r\n"
        if timestamp:
            lines += f"Timestamp: {fact.at:.6f}\r\n"
        if fact.event in ("BlindTransfer", "AttendedTransfer"):
            return lines + self.transfer(fact)
        if fact.event in ("ChanSpyStart", "ChanSpyStop") and fact.channel and fact.dest:
            return lines + self.channel(fact.channel, "Spyer") + self.channel(fact.dest, "Spyee")
        if fact.bridge:
            lines += self.bridge(fact.bridge)
        if fact.channel:
            lines += self.channel(fact.channel, "Parkee" if fact.event in ("ParkedCall", "UnParkedCall") else "")
        if fact.dest and self.shows_dest(fact):
            lines += self.channel(fact.dest, "Dest")
        if fact.member and not fact.channel:
            lines += self.live_member(fact.member)
        return lines + self.fields(fact)

    def transfer(self, fact: Fact) -> str:
        """The body of a transfer: `fact.channel` handed over `fact.dest`, of an attended one to `fact.third`."""
        assert fact.channel is not None  # noqa: S101  a transfer has all three
        assert fact.dest is not None  # noqa: S101
        assert fact.bridge is not None  # noqa: S101
        transferee = self.channel(fact.dest, "Transferee")
        if fact.event == "BlindTransfer":
            who = self.channel(fact.channel, "Transferer")
            return (
                f"Result: Success\r\n{who}{transferee}{self.bridge(fact.bridge)}IsExternal: Yes\r\n{self.fields(fact)}"
            )
        talk = fact.dest.bridge or fact.bridge
        sides = "".join(
            self.channel(fact.channel, f"{side}Transferer") + self.bridge(bridge, side)
            for side, bridge in (("Orig", talk), ("Second", fact.bridge))
        )
        target = self.channel(fact.third, "TransferTarget") if fact.third else ""
        end = f"IsExternal: No\r\nDestType: Bridge\r\nDestBridgeUniqueid: {talk.uniqueid}\r\n"
        return f"Result: Success\r\n{sides}{transferee}{target}{end}"

    def shows_dest(self, fact: Fact) -> bool:
        """The taker of a call is named in a UCM's QueueCallerLeave only, and not as a block."""
        return fact.event != "QueueCallerLeave"

    def fields(self, fact: Fact) -> str:
        """The event's own headers, behind the blocks."""
        return "".join([f"{name}: {value}\r\n" for name, value in fact.headers.items()])

    def bridge(self, bridge: Bridge, p: str = "") -> str:
        """A bridge block, its headers prefixed with `p`."""
        return (
            f"{p}BridgeUniqueid: {bridge.uniqueid}\r\n{p}BridgeType: basic\r\n"
            f"{p}BridgeTechnology: simple_bridge\r\n{p}BridgeCreator: <unknown>\r\n{p}BridgeName: <unknown>\r\n"
            f"{p}BridgeNumChannels: {len(bridge.channels)}\r\n{p}BridgeVideoSourceMode: none\r\n"
        )

    def channel(self, c: Channel, p: str = "") -> str:
        """A channel block, its headers prefixed with `p`."""
        nobody = self.nobody
        return (
            f"{p}Channel: {c.channel}\r\n{p}ChannelState: {c.state.value}\r\n{p}ChannelStateDesc: {c.state.words}\r\n"
            f"{p}CallerIDNum: {c.number or nobody}\r\n{p}CallerIDName: {escape(c.name) or nobody}\r\n"
            f"{p}ConnectedLineNum: {c.connected_number or nobody}\r\n"
            f"{p}ConnectedLineName: {escape(c.connected_name) or nobody}\r\n"
            f"{p}Language: en\r\n{p}AccountCode: \r\n{p}Context: {c.context}\r\n{p}Exten: {c.exten}\r\n"
            f"{p}Priority: {c.priority}\r\n{p}Uniqueid: {c.uniqueid}\r\n{p}Linkedid: {c.linkedid}\r\n"
        )

    def live_member(self, m: Member) -> str:
        """A membership in a live event."""
        return (
            f"Queue: {m.queue.number}\r\nMemberName: {m.name}\r\nInterface: {m.interface}\r\n"
            f"StateInterface: {m.interface}\r\nMembership: {'dynamic' if m.is_dynamic else 'static'}\r\n"
            f"Penalty: {m.penalty}\r\nCallsTaken: {m.calls_taken}\r\nLastCall: {epoch(m.last_call_at)}\r\n"
            f"LastPause: {epoch(m.paused_at)}\r\nLoginTime: {epoch(m.logged_in_at)}\r\nInCall: {m.is_in_call:d}\r\n"
            f"Status: {m.state.value}\r\nPaused: {m.is_paused:d}\r\nPausedReason: {m.pause_reason}\r\n"
            f"Ringinuse: {m.rings_in_use:d}\r\nWrapuptime: 0\r\n"
        )

    # Rows of lists; `action_id` is the whole header line, or nothing

    def queue_status(self, queue: Queue, members: Iterable[Member], now: float, action_id: str) -> list[str]:
        """The rows of `QueueStatus` about one queue, showing only `members` of it."""
        rows = [self.queue_params(queue) + action_id]
        rows += [self.member_row(member) + action_id for member in members]
        rows += [
            self.queue_entry(call, position, now) + action_id for position, call in enumerate(queue.waiting, start=1)
        ]
        return rows

    def queue_params(self, q: Queue) -> str:
        c = q.counters
        both = percent(c.completed_in_level + c.abandoned_in_level, c.completed + c.abandoned)
        return (
            f"Event: QueueParams\r\nQueue: {q.number}\r\nMax: {q.max_waiting}\r\nStrategy: {q.strategy}\r\n"
            f"Calls: {len(q.waiting)}\r\nHoldtime: {c.hold_seconds}\r\nTalkTime: {c.talk_seconds}\r\n"
            f"Completed: {c.completed}\r\nAbandoned: {c.abandoned}\r\nServiceLevel: {q.service_level_seconds}\r\n"
            f"ServicelevelPerf: {percent(c.completed_in_level, c.completed):.1f}\r\n"
            f"ServicelevelPerf2: {both:.1f}\r\nWeight: {q.weight}\r\n"
        )

    def member_row(self, m: Member) -> str:
        return (
            f"Event: QueueMember\r\nQueue: {m.queue.number}\r\nName: {m.name}\r\nLocation: {m.interface}\r\n"
            f"StateInterface: {m.interface}\r\nMembership: {'dynamic' if m.is_dynamic else 'static'}\r\n"
            f"Penalty: {m.penalty}\r\nCallsTaken: {m.calls_taken}\r\nLastCall: {epoch(m.last_call_at)}\r\n"
            f"LastPause: {epoch(m.paused_at)}\r\nLoginTime: {epoch(m.logged_in_at)}\r\nInCall: {m.is_in_call:d}\r\n"
            f"Status: {m.state.value}\r\nPaused: {m.is_paused:d}\r\nPausedReason: {m.pause_reason}\r\n"
            "Wrapuptime: 0\r\n"
        )

    def queue_entry(self, call: Call, position: int, now: float) -> str:
        c = call.channel
        return (
            f"Event: QueueEntry\r\nQueue: {call.queue.number}\r\nPosition: {position}\r\nChannel: {c.channel}\r\n"
            f"Uniqueid: {c.uniqueid}\r\nCallerIDNum: {c.number or 'unknown'}\r\nCallerIDName: {c.name or 'unknown'}\r\n"
            f"ConnectedLineNum: {c.connected_number or 'unknown'}\r\n"
            f"ConnectedLineName: {c.connected_name or 'unknown'}\r\n"
            f"Wait: {int(now - call.joined_at)}\r\nPriority: {call.priority}\r\n"
        )

    def queue_summary(self, q: Queue, now: float) -> str:
        logged_in = [m for m in q.members.values() if m.state not in (DeviceState.INVALID, DeviceState.UNAVAILABLE)]
        available = sum(not m.is_paused and m.state <= DeviceState.NOT_INUSE for m in logged_in)
        longest = max((int(now - call.joined_at) for call in q.waiting), default=0)
        return (
            f"Event: QueueSummary\r\nQueue: {q.number}\r\nLoggedIn: {len(logged_in)}\r\nAvailable: {available}\r\n"
            f"Callers: {len(q.waiting)}\r\nHoldTime: {q.counters.hold_seconds}\r\n"
            f"TalkTime: {q.counters.talk_seconds}\r\nLongestHoldTime: {longest}\r\n"
        )

    def channel_row(self, c: Channel, now: float, action_id: str) -> str:
        """A row of CoreShowChannels."""
        minutes, seconds = divmod(int(now - c.created_at), 60)
        hours, minutes = divmod(minutes, 60)
        return (
            f"Event: CoreShowChannel\r\n{action_id}{self.channel(c)}{self.running(c)}"
            f"ApplicationData: {c.data}\r\nDuration: {hours:02d}:{minutes:02d}:{seconds:02d}\r\n"
            f"BridgeId: {c.bridge.uniqueid if c.bridge else ''}\r\n"
        )

    def running(self, c: Channel) -> str:
        """The application header of a channel row (a UCM has it inside the block already)."""
        return f"Application: {c.application}\r\n"

    def status_row(self, c: Channel, now: float, action_id: str) -> str:
        """A row of Status."""
        nobody = self.nobody
        return (
            f"Event: Status\r\nPrivilege: Call\r\n{self.channel(c)}Type: PJSIP\r\nDNID: \r\n"
            f"EffectiveConnectedLineNum: {c.connected_number or nobody}\r\n"
            f"EffectiveConnectedLineName: {c.connected_name or nobody}\r\nTimeToHangup: 0\r\n"
            f"BridgeID: {c.bridge.uniqueid if c.bridge else ''}\r\nApplication: {c.application}\r\nData: {c.data}\r\n"
            "Nativeformats: (ulaw)\r\nReadformat: ulaw\r\nReadtrans: \r\nWriteformat: ulaw\r\nWritetrans: \r\n"
            f"Callgroup: 0\r\nPickupgroup: 0\r\nSeconds: {int(now - c.created_at)}\r\n{action_id}"
        )
