"""What each AMI action does to the floor and what it answers.

A handler takes the desk (floor, dialect, clock) and the request, and returns the packets of its answer, or
`Later` when the answer must wait. Error texts are Asterisk's own. What belongs to the connection (Login,
Events, Logoff, …) is in `session`; who may do what is decided there too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from queues.simulator.entities import Channel, Member, Origin, Queue
from queues.simulator.floor import Floor, Refused
from queues.simulator.render_stock import StockDialect
from queues.simulator.render_ucm import UcmDialect
from queues.simulator.requests import Request, answer, is_true, listing, refusal


@dataclass(frozen=True, slots=True)
class Desk:
    """What actions work with; `clock` is the PBX's own, to the microsecond."""

    floor: Floor
    dialect: StockDialect
    clock: Callable[[], float]


class Later:
    """An answer that is not known yet: a synchronous Originate. `then` gets the packets once."""

    def __init__(self) -> None:
        self.packets: list[str] | None = None
        self.then: Callable[[list[str]], None] | None = None

    def done(self, packets: list[str]) -> None:
        self.packets = packets
        if self.then:
            self.then(packets)


Handler = Callable[[Desk, Request], list[str] | Later]

# The machine


def ping(desk: Desk, request: Request) -> list[str]:
    return [answer(request, Ping="Pong", Timestamp=f"{desk.clock():.6f}")]


def core_settings(desk: Desk, request: Request) -> list[str]:
    settings = {
        "AMIversion": desk.dialect.ami_version,
        "AsteriskVersion": desk.dialect.asterisk_version,
        "SystemName": "",
        "CoreMaxCalls": 0,
        "CoreMaxLoadAvg": "0.000000",
        "CoreRunUser": "",
        "CoreRunGroup": "",
        "CoreMaxFilehandles": desk.dialect.max_file_handles,
        "CoreRealTimeEnabled": "No",
        "CoreCDRenabled": "Yes",
        "CoreHTTPenabled": "No",
    }
    return [answer(request, **settings)]


def core_status(desk: Desk, request: Request) -> list[str]:
    """Dates and times are the PBX's local ones; this PBX lives in UTC."""
    booted = datetime.fromtimestamp(desk.floor.booted_at, UTC)
    day, time = booted.strftime("%Y-%m-%d"), booted.strftime("%H:%M:%S")
    return [
        answer(
            request,
            CoreStartupDate=day,
            CoreStartupTime=time,
            CoreReloadDate=day,
            CoreReloadTime=time,
            CoreCurrentCalls=len(desk.floor.switch.channels),
        )
    ]


# Queues


def queues(desk: Desk, request: Request) -> list[str]:
    """UCM only. `ListItems` counts queues: the guide shows 1 for one queue and one member."""
    assert isinstance(desk.dialect, UcmDialect)  # noqa: S101  only a UCM lists this action
    rows = []
    for queue in desk.floor.queues.values():
        rows.append(desk.dialect.queues_row(queue, request.action_id))
        rows += [desk.dialect.queues_member_row(member, request.action_id) for member in queue.members.values()]
    return listing(request, "Queues list will follow", rows, "QueuesComplete", len(desk.floor.queues))


def gs_agents(desk: Desk, request: Request) -> list[str]:
    """UCM only. With an ActionID each row ends with two empty lines (seen on a device)."""
    assert isinstance(desk.dialect, UcmDialect)  # noqa: S101
    extra = "\r\n" if request.action_id else ""
    rows = [
        desk.dialect.agent_row(member, request.action_id) + extra
        for queue in desk.floor.queues.values()
        for member in queue.members.values()
    ]
    return listing(request, "Agents status will follow", rows, "GsAgentComplete")


def queue_status(desk: Desk, request: Request) -> list[str]:
    member = request.get("Member")
    rows: list[str] = []
    for queue in _wanted(desk, request):
        members = [m for m in queue.members.values() if not member or member in (m.interface, m.name)]
        rows += desk.dialect.queue_status(queue, members, desk.floor.now, request.action_id)
    return listing(request, "Queue status will follow", rows, "QueueStatusComplete")


def queue_summary(desk: Desk, request: Request) -> list[str]:
    rows = [desk.dialect.queue_summary(queue, desk.floor.now) + request.action_id for queue in _wanted(desk, request)]
    return listing(request, "Queue summary will follow", rows, "QueueSummaryComplete")


def _wanted(desk: Desk, request: Request) -> list[Queue]:
    number = request.get("Queue").lower()
    return [queue for queue in desk.floor.queues.values() if not number or queue.number.lower() == number]


def queue_pause(desk: Desk, request: Request) -> list[str]:
    interface, paused = request.get("Interface"), request.get("Paused")
    if not interface or not paused:
        return [refusal(request, "Need 'Interface' and 'Paused' parameters.")]
    act = desk.floor.pause if is_true(paused) else desk.floor.unpause
    act(interface, request.get("Queue") or None, request.get("Reason"))
    return [answer(request, Message=f"Interface {'paused' if is_true(paused) else 'unpaused'} successfully")]


def queue_add(desk: Desk, request: Request) -> list[str]:
    if not request.get("Queue"):
        return [refusal(request, "'Queue' not specified.")]
    if not request.get("Interface"):
        return [refusal(request, "'Interface' not specified.")]
    penalty = request.get("Penalty")
    desk.floor.log_in(
        request.get("Interface"),
        request.get("Queue"),
        name=request.get("MemberName") or request.get("Interface"),
        penalty=int(penalty) if penalty.isdecimal() else 0,
        paused=is_true(request.get("Paused")),
    )
    return [answer(request, Message="Added interface to queue")]


def queue_remove(desk: Desk, request: Request) -> list[str]:
    if not request.get("Queue") or not request.get("Interface"):
        return [refusal(request, "Need 'Queue' and 'Interface' parameters.")]
    desk.floor.log_out(request.get("Interface"), request.get("Queue"))
    return [answer(request, Message="Removed interface from queue")]


def queue_penalty(desk: Desk, request: Request) -> list[str]:
    interface, penalty = request.get("Interface"), request.get("Penalty")
    if not interface or not penalty:
        return [refusal(request, "Need 'Interface' and 'Penalty' parameters.")]
    if not penalty.lstrip("-").isdecimal():
        raise Refused("Invalid interface, queuename or penalty")
    desk.floor.set_penalty(interface, request.get("Queue") or None, int(penalty))
    return [answer(request, Message="Interface penalty set successfully")]


def queue_ring_in_use(desk: Desk, request: Request) -> list[str]:
    interface, value = request.get("Interface"), request.get("RingInUse")
    if not interface or not value:
        return [refusal(request, "Need 'Interface' and 'RingInUse' parameters.")]
    desk.floor.set_rings_in_use(interface, request.get("Queue") or None, is_true(value))
    return [answer(request, Message="Interface ringinuse set successfully")]


def queue_reset(desk: Desk, request: Request) -> list[str]:
    desk.floor.reset_counters(request.get("Queue") or None)
    return [answer(request, Message="Queue stats reset successfully")]


def queue_change_priority(desk: Desk, request: Request) -> list[str]:
    """Takes channel names only, unlike the other actions."""
    if not request.get("Queue") or not request.get("Caller"):
        return [refusal(request, "Need 'Queue' and 'Caller' parameters.")]
    priority = request.get("Priority")
    if not priority.lstrip("-").isdecimal():
        return [refusal(request, "'Priority' need integer.")]
    queue = desk.floor.queues.get(request.get("Queue").lower())
    if queue is None:
        raise Refused("Unable to change priority caller on queue: No such queue")
    call = next((call for call in queue.waiting if call.channel.channel == request.get("Caller")), None)
    if call is None:
        raise Refused("Unable to change priority caller on queue: No such caller")
    call.priority = int(priority)
    return [answer(request, Message="Priority change for caller on queue")]


# Calls


def _channel(desk: Desk, request: Request, missing: str = "No such channel") -> Channel:
    channel = desk.floor.switch.find(request.get("Channel"))
    if channel is None:
        raise Refused(missing)
    return channel


def hang_up(desk: Desk, request: Request) -> list[str]:
    """A leading "/" would be a regular expression over all channels; refused here."""
    if not request.get("Channel"):
        return [refusal(request, "No channel specified")]
    channel = _channel(desk, request)
    cause = request.get("Cause")
    desk.floor.hang_up(channel, is_by_party=False, cause=int(cause) if cause.isdecimal() else 16)
    return [answer(request, Message="Channel Hungup")]


def originate(desk: Desk, request: Request) -> list[str] | Later:
    """Asynchronous: queued at once, OriginateResponse tells the outcome. Else the answer waits for it."""
    origin = _origin(desk, request)
    if isinstance(origin, str):
        return [refusal(request, origin)]
    if is_true(request.get("Async")):
        origin.on_result = lambda ok, reason, channel: _tell_response(desk, request, origin, ok, reason, channel)
        desk.floor.later(0.0, lambda: desk.floor.originate(origin))
        return [answer(request, Message="Originate successfully queued")]
    later = Later()
    success = answer(request, Message="Originate successfully queued")
    failure = refusal(request, "Originate failed")
    origin.on_result = lambda ok, reason, channel: later.done([success if ok else failure])
    desk.floor.originate(origin)
    return later


def _origin(desk: Desk, request: Request) -> Origin | str:
    """What an Originate asks for, or why it is refused at once."""
    channel, exten = request.get("Channel"), request.get("Exten")
    if not channel:
        return "Channel not specified"
    if "/" not in channel:
        return "Invalid channel"
    if request.get("Priority") and not request.get("Priority").isdecimal():
        return "Invalid priority"
    if request.get("Timeout") and not request.get("Timeout").isdecimal():
        return "Invalid timeout"
    if request.get("Application"):
        exten = ""
    elif not exten or not request.get("Context") or not request.get("Priority"):
        return "Originate with 'Exten' requires 'Context' and 'Priority'"
    elif desk.floor.target(request.get("Context"), exten) is None:
        return "Extension does not exist."
    name, _, number = request.get("CallerID").rpartition("<")
    return Origin(
        channel,
        request.get("Context"),
        exten,
        request.get("Application"),
        request.get("Data"),
        number.rstrip("> "),
        name.strip(' "'),
        int(request.get("Timeout") or 30_000) / 1000,
    )


def _tell_response(
    desk: Desk, request: Request, origin: Origin, is_success: bool, reason: int, channel: Channel | None
) -> None:
    nobody = desk.dialect.nobody
    fields: dict[str, str | int] = {"ActionID": request.get("ActionID")} if request.action_id else {}
    fields |= {
        "Response": "Success" if is_success else "Failure",
        "Channel": channel.channel if channel else origin.channel,
    }
    if origin.application:
        fields |= {"Application": origin.application, "Data": origin.data}
    else:
        fields |= {"Context": origin.context, "Exten": origin.exten}
    fields |= {
        "Reason": reason,
        "Uniqueid": channel.uniqueid if channel else "<unknown>",
        "CallerIDNum": origin.number or nobody,
        "CallerIDName": origin.name or nobody,
    }
    desk.floor.switch.tell("OriginateResponse", **fields)


def redirect(desk: Desk, request: Request) -> list[str]:
    name = request.get("Channel")
    if not name:
        return [refusal(request, "Channel not specified")]
    channel = _channel(desk, request, f"Channel does not exist: {name}")
    desk.floor.redirect(channel, request.get("Context"), request.get("Exten"))
    return [answer(request, Message="Redirect successful")]


def blind_transfer(desk: Desk, request: Request) -> list[str]:
    if not request.get("Channel"):
        return [refusal(request, "No channel specified")]
    if not request.get("Exten"):
        return [refusal(request, "No extension specified")]
    channel = _channel(desk, request, "Channel specified does not exist")
    desk.floor.blind_transfer(channel, request.get("Context") or channel.context, request.get("Exten"))
    return [answer(request, Message="Transfer succeeded")]


def attended_transfer(desk: Desk, request: Request) -> list[str]:
    """The consultation call is not simulated: three seconds later the transfer is done."""
    if not request.get("Channel"):
        return [refusal(request, "No channel specified")]
    if not request.get("Exten"):
        return [refusal(request, "No extension specified")]
    channel, floor = _channel(desk, request, "Channel specified does not exist"), desk.floor
    context, exten = request.get("Context") or channel.context, request.get("Exten")

    def complete() -> None:
        if channel.bridge:
            floor.blind_transfer(channel, context, exten, is_attended=True)

    floor.later(3.0, complete)
    return [answer(request, Message="Atxfer successfully queued")]


def park(desk: Desk, request: Request) -> list[str]:
    name, timeout = request.get("Channel"), request.get("Timeout")
    if not name:
        return [refusal(request, "Channel not specified")]
    channel = _channel(desk, request, f"Channel does not exist: {name}")
    desk.floor.park(channel, int(timeout) / 1000 if timeout.isdecimal() else 45.0)
    return [answer(request, Message="Park successful\n")]


def start_recording(desk: Desk, request: Request) -> list[str]:
    """MixMonitor (stock only: a UCM does not list it)."""
    channel = _channel(desk, request)
    channel.recording = request.get("File") or "auto"
    return [answer(request, MixMonitorID="0x0", Message="MixMonitor started")]


def stop_recording(desk: Desk, request: Request) -> list[str]:
    channel = _channel(desk, request)
    channel.recording = ""
    return [answer(request, Message="Stopped monitoring channel")]


def pause_recording(desk: Desk, request: Request) -> list[str]:
    _channel(desk, request)
    return [answer(request, Message="Paused monitoring of the channel")]


def unpause_recording(desk: Desk, request: Request) -> list[str]:
    _channel(desk, request)
    return [answer(request, Message="Unpaused monitoring of the channel")]


# Snapshots


def core_show_channels(desk: Desk, request: Request) -> list[str]:
    channels = desk.floor.switch.channels.values()
    rows = [desk.dialect.channel_row(channel, desk.floor.now, request.action_id) for channel in channels]
    return listing(request, "Channels will follow", rows, "CoreShowChannelsComplete")


def status(desk: Desk, request: Request) -> list[str]:
    wanted = request.get("Channel")
    channels = [_channel(desk, request)] if wanted else list(desk.floor.switch.channels.values())
    rows = [desk.dialect.status_row(channel, desk.floor.now, request.action_id) for channel in channels]
    *body, end = listing(request, "Channel status will follow", rows, "StatusComplete")
    return [*body, f"{end}Items: {len(rows)}\r\n"]


def device_state_list(desk: Desk, request: Request) -> list[str]:
    floor = desk.floor
    states = [(phone.interface, phone.told.name) for phone in floor.switch.phones.values()]
    states += [(trunk, state.name) for trunk, state in floor.switch.trunk_states.items()]
    states += [(f"Queue:{q.number}", "RINGING" if q.waiting else "NOT_INUSE") for q in floor.queues.values()]
    states += [
        (f"Queue:{m.queue.number}_pause_{m.interface}", "INUSE" if m.is_paused else "NOT_INUSE")
        for m in _members(floor)
    ]
    rows = [
        f"Event: DeviceStateChange\r\n{request.action_id}Device: {device}\r\nState: {state}\r\n"
        for device, state in states
    ]
    return listing(request, "Device State Changes will follow", rows, "DeviceStateListComplete")


def _members(floor: Floor) -> list[Member]:
    return [member for queue in floor.queues.values() for member in queue.members.values()]


#: Device states as ExtensionStatus numbers them, by the state's number.
_EXTENSION_STATES = {
    0: (4, "Unavailable"),
    1: (0, "Idle"),
    2: (1, "InUse"),
    3: (2, "Busy"),
    4: (4, "Unavailable"),
    5: (4, "Unavailable"),
    6: (8, "Ringing"),
    7: (9, "InUse&Ringing"),
    8: (16, "Hold"),
}


def extension_state_list(desk: Desk, request: Request) -> list[str]:
    rows = []
    for phone in desk.floor.switch.phones.values():
        number, words = _EXTENSION_STATES[phone.told.value]
        rows.append(
            f"Event: ExtensionStatus\r\n{request.action_id}Exten: {phone.extension}\r\nContext: from-internal\r\n"
            f"Hint: {phone.interface}\r\nStatus: {number}\r\nStatusText: {words}\r\n"
        )
    return listing(request, "Extension Statuses will follow", rows, "ExtensionStateListComplete")


#: Handlers by lower-case action name.
HANDLERS: dict[str, Handler] = {
    "ping": ping,
    "coresettings": core_settings,
    "corestatus": core_status,
    "queues": queues,
    "gsagents": gs_agents,
    "queuestatus": queue_status,
    "queuesummary": queue_summary,
    "queuepause": queue_pause,
    "queueadd": queue_add,
    "queueremove": queue_remove,
    "queuepenalty": queue_penalty,
    "queuememberringinuse": queue_ring_in_use,
    "queuereset": queue_reset,
    "queuechangeprioritycaller": queue_change_priority,
    "hangup": hang_up,
    "originate": originate,
    "redirect": redirect,
    "blindtransfer": blind_transfer,
    "atxfer": attended_transfer,
    "park": park,
    "mixmonitor": start_recording,
    "stopmixmonitor": stop_recording,
    "pausemonitor": pause_recording,
    "unpausemonitor": unpause_recording,
    "coreshowchannels": core_show_channels,
    "status": status,
    "devicestatelist": device_state_list,
    "extensionstatelist": extension_state_list,
}
