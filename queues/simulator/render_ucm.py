"""How a Grandstream UCM6xxx says it: the stock texts, changed and added to where a UCM is known to differ.

Sources: the UCM6XXX AMI guide (`Queues`, `GSAgents`), and public transcripts and typings made against a
real UCM (AMI 5.0.1, Asterisk 16.7) for the channel block, GsAgent's packet form and the live events.
Unverified on a device: how often a live `QueueStatus` comes, what `ListItems` of QueuesComplete counts, what
CallsTotal and CallsAbandon count exactly, whether rows of `QueueStatus` differ from stock.
"""

from __future__ import annotations

from queues.simulator.entities import Bridge, Channel, DeviceState, Member, Queue
from queues.simulator.facts import Fact
from queues.simulator.render_stock import CLASSES, StockDialect, epoch, escape, percent

#: Headers of events in the order a UCM sends them, where it is not the stock order.
_ORDERS = {
    "QueueCallerJoin": ("Count", "StartTime", "Queue", "Position"),
    "QueueCallerLeave": ("Queue", "CalleeIDNum", "Position", "Dynamic", "Count", "PeerChannel", "LeaveTime"),
    "AgentConnect": ("Queue", "Interface", "HoldTime", "MemberName", "RingTime"),
    "AgentComplete": ("Queue", "TalkTime", "Interface", "HoldTime", "MemberName", "Reason"),
    "HangupRequest": (),
    "QueueMemberPause": (),
    "SoftHangupRequest": ("Key", "FaxStatus", "Cause"),
}


class UcmDialect(StockDialect):
    """Texts of a UCM. Its members have no names of their own: MemberName is the interface."""

    name = "ucm"
    banner = "Asterisk Call Manager/5.0.0"
    ami_version = "5.0.0"
    asterisk_version = "16.7.0"
    max_file_handles = 0
    human_names = False
    has_spying = False
    did_context = "ext-did-1"
    classes = {**CLASSES, "QueueStatus": "agent", "QueueCallerHangup": "agent", "ActiveCount": "call"}
    has_blank_line_after_agent = True
    nobody = ""

    # Events

    def fields(self, fact: Fact) -> str:
        if fact.event == "QueueStatus" and fact.queue:
            return self.queue_figures(fact.queue, "ServiceLevel")
        order = _ORDERS.get(fact.event)
        if order is None:
            return super().fields(fact)
        values = {**fact.headers, **self._extras(fact)}
        return "".join([f"{name}: {values[name]}\r\n" for name in order])

    def _extras(self, fact: Fact) -> dict[str, str | int]:
        """What a UCM adds to stock headers."""
        match fact.event:
            case "QueueCallerJoin":
                return {"StartTime": epoch(fact.at)}
            case "QueueCallerLeave":
                return {
                    "CalleeIDNum": fact.dest.number if fact.dest else "",
                    "Dynamic": int(fact.member.is_dynamic) if fact.member else 0,
                    "PeerChannel": fact.dest.channel if fact.dest else "",
                    "LeaveTime": epoch(fact.at),
                }
            case "SoftHangupRequest":
                return {"Key": "", "FaxStatus": ""}
        return {}

    def bridge(self, bridge: Bridge, p: str = "") -> str:
        return super().bridge(bridge, p).removesuffix(f"{p}BridgeVideoSourceMode: none\r\n")

    def channel(self, c: Channel, p: str = "") -> str:
        return (
            f"{p}Channel: {c.channel}\r\n{p}ChannelState: {c.state.value}\r\n{p}ChannelStateDesc: {c.state.words}\r\n"
            f"{p}CallerIDNum: {c.number}\r\n{p}CallerIDName: {escape(c.name)}\r\n"
            f"{p}ConnectedLineNum: {c.connected_number}\r\n{p}ConnectedLineName: {escape(c.connected_name)}\r\n"
            f"{p}Language: en\r\n{p}AccountCode: \r\n{p}Context: {c.context}\r\n{p}Exten: {c.exten}\r\n"
            f"{p}Priority: {c.priority}\r\n{p}Callid: {c.callid}\r\n{p}Linkedid: {c.linkedid}\r\n"
            f"{p}PageFlag: false\r\n{p}Application: {c.application}\r\n"
            f"{p}Reg_calleenum: \r\n{p}Reg_callernum: \r\n{p}Reg_callername: \r\n{p}Uniqueid: {c.uniqueid}\r\n"
        )

    def live_member(self, m: Member) -> str:
        return (
            f"Queue: {m.queue.number}\r\nLastCall: {epoch(m.last_call_at)}\r\nMemberName: {m.name}\r\n"
            f"EnableAgentLogin: {yes_no(m.queue.has_agent_login)}\r\nInterface: {m.interface}\r\n"
            f"LoginTime: {self.login_time(m)}\r\nTalkTime: {m.talk_seconds}\r\nStateInterface: {m.interface}\r\n"
            f"Penalty: {m.penalty}\r\nMembership: {'dynamic' if m.is_dynamic else 'static'}\r\n"
            f"Paused: {m.is_paused:d}\r\nCallerChannel: {m.caller_channel}\r\nCallsTaken: {m.calls_taken}\r\n"
            f"Status: {m.state.value}\r\nCallsAbandon: {m.calls_abandoned}\r\nPausedTime: {self.paused_time(m)}\r\n"
            f"Ringinuse: {m.rings_in_use:d}\r\n"
        )

    def login_time(self, m: Member) -> int:
        """0 for a static member (seen on a device)."""
        return epoch(m.logged_in_at) if m.is_dynamic else 0

    def paused_time(self, m: Member) -> int:
        """Epoch of the pause, as public typings say; 0 while not paused. Unverified."""
        return epoch(m.paused_at) if m.is_paused else 0

    # Rows of lists

    def queues_row(self, queue: Queue, action_id: str) -> str:
        """A queue's row of `Queues` (the guide's example 4, its spelling "SeviceLevel" included)."""
        return "Event: QueueStatus\r\n" + self.queue_figures(queue, "SeviceLevel") + action_id

    def queue_figures(self, q: Queue, service_level: str) -> str:
        """A queue's figures, in a row or in a live event; those differ in the name of the service level.
        CallCount counts who waits, CallsTotal every join since the reset (unverified)."""
        c = q.counters
        within = f"SL:{percent(c.completed_in_level, c.completed):.1f}% within {q.service_level_seconds}s"
        available = sum(not m.is_paused and m.state <= DeviceState.NOT_INUSE for m in q.members.values())
        figures = {
            "Queue": q.number,
            "CallsTotal": c.offered,
            "CallCount": len(q.waiting),
            "CallsComplete": c.completed,
            "CallsAbandoned": c.abandoned,
            "Strategy": q.strategy,
            "Chairman": q.chairman,
            "EnableAgentLogin": yes_no(q.has_agent_login),
            "QueueName": q.name,
            service_level: within,
            "AbandonedRate": f"{percent(c.abandoned, c.offered):.2f}%",
            "AvgWaitTime": c.hold_seconds,
            "AvgTalkTime": c.talk_seconds,
            "AvailableCount": available,
            "AgentCount": len(q.members),
        }
        return "".join([f"{name}: {value}\r\n" for name, value in figures.items()])

    def queues_member_row(self, m: Member, action_id: str) -> str:
        """A member's row of `Queues` (the guide's example 4)."""
        return (
            f"Event: QueueMemberStatus\r\nQueue: {m.queue.number}\r\nLocation: {m.interface}\r\n"
            f"MemberName: {m.name}\r\nMembership: {'dynamic' if m.is_dynamic else 'static'}\r\n"
            f"Penalty: {m.penalty}\r\nCallsTaken: {m.calls_taken}\r\nLastCall: {epoch(m.last_call_at)}\r\n"
            f"Status: {m.state.value}\r\nEnableAgentLogin: {yes_no(m.queue.has_agent_login)}\r\n"
            f"LoginTime: {self.login_time(m)}\r\nCallsAbandon: {m.calls_abandoned}\r\nTalkTime: {m.talk_seconds}\r\n"
            f"CallerChannel: {m.caller_channel}\r\nPausedTime: {self.paused_time(m)}\r\nPaused: {m.is_paused:d}\r\n"
            f"{action_id}"
        )

    def agent_row(self, m: Member, action_id: str) -> str:
        """A row of `GSAgents` (the guide's example 5). With an ActionID a real UCM ends it with a second
        empty line, which the list adds."""
        return (
            f"Event: GsAgent\r\nAgent: {m.interface}\r\nQueueName: {m.queue.name}\r\nQueue: {m.queue.number}\r\n"
            f"Location: {m.interface}\r\nMembership: {'dynamic' if m.is_dynamic else 'static'}\r\n"
            f"Penalty: {m.penalty}\r\nCallsTaken: {m.calls_taken}\r\nLastCall: {epoch(m.last_call_at)}\r\n"
            f"Status: {m.state.value}\r\nLoginTime: {self.login_time(m)}\r\nCallsAbandon: {m.calls_abandoned}\r\n"
            f"TalkTime: {m.talk_seconds}\r\nCallerChannel: {m.caller_channel}\r\nPaused: {m.is_paused:d}\r\n{action_id}"
        )

    def running(self, c: Channel) -> str:
        return ""


def yes_no(value: bool) -> str:
    """A truth in the words of a UCM's rows."""
    return "yes" if value else "no"
