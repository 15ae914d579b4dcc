"""AMI actions about calls: making, ending, moving, recording them. Error texts are Asterisk's own."""

from __future__ import annotations

from queues.simulator.calls import PARKING_SECONDS
from queues.simulator.desk import Desk, Later
from queues.simulator.entities import Channel, Origin
from queues.simulator.requests import Request, answer, is_true, refusal


def hang_up(desk: Desk, request: Request) -> list[str]:
    """A leading "/" would be a regular expression over all channels; refused here."""
    if not request.get("Channel"):
        return [refusal(request, "No channel specified")]
    channel = desk.channel(request)
    cause = request.get("Cause")
    desk.floor.calls.hang_up(channel, is_by_party=False, cause=int(cause) if cause.isdecimal() else 16)
    return [answer(request, Message="Channel Hungup")]


def originate(desk: Desk, request: Request) -> list[str] | Later:
    """Asynchronous: queued at once, OriginateResponse tells the outcome. Else the answer waits for it."""
    origin = _origin(desk, request)
    if isinstance(origin, str):
        return [refusal(request, origin)]
    if is_true(request.get("Async")):
        origin.on_result = lambda ok, reason, channel: _tell_response(desk, request, origin, ok, reason, channel)
        desk.floor.agenda.later(0.0, lambda: desk.floor.calls.originate(origin))
        return [answer(request, Message="Originate successfully queued")]
    later = Later()
    success = answer(request, Message="Originate successfully queued")
    failure = refusal(request, "Originate failed")
    origin.on_result = lambda ok, reason, channel: later.done([success if ok else failure])
    desk.floor.calls.originate(origin)
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
    elif desk.floor.calls.target(request.get("Context"), exten) is None:
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
    desk.floor.switch.tell("OriginateResponse", headers=fields)


def redirect(desk: Desk, request: Request) -> list[str]:
    name = request.get("Channel")
    if not name:
        return [refusal(request, "Channel not specified")]
    channel = desk.channel(request, f"Channel does not exist: {name}")
    desk.floor.calls.redirect(channel, request.get("Context"), request.get("Exten"))
    return [answer(request, Message="Redirect successful")]


def blind_transfer(desk: Desk, request: Request) -> list[str]:
    if not request.get("Channel"):
        return [refusal(request, "No channel specified")]
    if not request.get("Exten"):
        return [refusal(request, "No extension specified")]
    channel = desk.channel(request, "Channel specified does not exist")
    desk.floor.calls.blind_transfer(channel, request.get("Context") or channel.context, request.get("Exten"))
    return [answer(request, Message="Transfer succeeded")]


def attended_transfer(desk: Desk, request: Request) -> list[str]:
    """Answered at once: the PBX only takes note of what to press. Whether it leads anywhere shows later."""
    if not request.get("Channel"):
        return [refusal(request, "No channel specified")]
    if not request.get("Exten"):
        return [refusal(request, "No extension specified")]
    channel = desk.channel(request, "Channel specified does not exist")
    desk.floor.calls.consult(channel, request.get("Context") or channel.context, request.get("Exten"))
    return [answer(request, Message="Atxfer successfully queued")]


def park(desk: Desk, request: Request) -> list[str]:
    name, timeout = request.get("Channel"), request.get("Timeout")
    if not name:
        return [refusal(request, "Channel not specified")]
    channel = desk.channel(request, f"Channel does not exist: {name}")
    desk.floor.calls.park(channel, int(timeout) / 1000 if timeout.isdecimal() else PARKING_SECONDS)
    return [answer(request, Message="Park successful\n")]


def start_mixing(desk: Desk, request: Request) -> list[str]:
    """MixMonitor (stock only: a UCM does not list it)."""
    _record(desk, desk.channel(request), request.get("File"), "MixMonitorStart")
    return [answer(request)]


def stop_mixing(desk: Desk, request: Request) -> list[str]:
    channel = desk.channel(request)
    if not channel.recording:
        return [refusal(request, "Could not stop monitoring channel")]
    _record(desk, channel, "", "MixMonitorStop")
    return [answer(request)]


def start_monitor(desk: Desk, request: Request) -> list[str]:
    _record(desk, desk.channel(request), request.get("File"), "MonitorStart")
    return [answer(request, Message="Started monitoring channel")]


def stop_monitor(desk: Desk, request: Request) -> list[str]:
    channel = desk.channel(request)
    if not channel.recording:
        return [refusal(request, "Could not stop monitoring channel")]
    _record(desk, channel, "", "MonitorStop")
    return [answer(request, Message="Stopped monitoring channel")]


def _record(desk: Desk, channel: Channel, file: str, event: str) -> None:
    channel.recording = (file or "auto") if event.endswith("Start") else ""
    desk.floor.switch.tell(event, channel)


def pause_recording(desk: Desk, request: Request) -> list[str]:
    desk.channel(request)
    return [answer(request, Message="Paused monitoring of the channel")]


def unpause_recording(desk: Desk, request: Request) -> list[str]:
    desk.channel(request)
    return [answer(request, Message="Unpaused monitoring of the channel")]
