"""AMI actions about queues and their members. Error texts are Asterisk's own, as recorded."""

from __future__ import annotations

from queues.simulator.calls import Refused
from queues.simulator.desk import Desk
from queues.simulator.entities import Call, Queue
from queues.simulator.render_ucm import UcmDialect
from queues.simulator.requests import Request, answer, is_true, listing, refusal


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
    """Takes channel names only, unlike the other actions. Recorded from 16.28 and 22.10: the line stays as it is, but
    for the header Immediate of newer releases, which moves the caller at once."""
    if not request.get("Queue") or not request.get("Caller"):
        return [refusal(request, "Need 'Queue' and 'Caller' parameters.")]
    priority = request.get("Priority")
    if not priority.lstrip("-").isdecimal():
        return [refusal(request, "'Priority' need integer.")]
    call = _waiting_call(desk, request, "Unable to change priority caller on queue")
    call.priority = int(priority)
    if desk.dialect.knows_immediate and is_true(request.get("Immediate")):
        line = call.queue.waiting
        line.remove(call)
        line.insert(next((i for i, other in enumerate(line) if other.priority < call.priority), len(line)), call)
    return [answer(request, Message="Priority change for caller on queue")]


def _waiting_call(desk: Desk, request: Request, complaint: str) -> Call:
    queue = desk.floor.queues.get(request.get("Queue").lower())
    if queue is None:
        raise Refused(f"{complaint}: No such queue")
    for call in queue.waiting:
        if call.channel.channel == request.get("Caller"):
            return call
    raise Refused(f"{complaint}: No such caller")


def queue_withdraw(desk: Desk, request: Request) -> list[str]:
    """Stock only: the caller goes back to the dialplan, counted as abandoned."""
    if not request.get("Queue") or not request.get("Caller"):
        return [refusal(request, "Need 'Queue' and 'Caller' parameters.")]
    call = _waiting_call(desk, request, "Unable to withdraw caller from queue")
    desk.floor.queueing.give_up(call, "WITHDRAW")
    desk.floor.agenda.settle()
    return [answer(request, Message="Withdraw requested successfully")]


def queue_log(desk: Desk, request: Request) -> list[str]:
    """There is no queue_log here: only answered."""
    if not request.get("Queue") or not request.get("Event"):
        return [refusal(request, "Need 'Queue' and 'Event' parameters.")]
    return [answer(request, Message="Event added successfully")]


def queue_reload(desk: Desk, request: Request) -> list[str]:
    """There is no configuration to read again: only answered."""
    return [answer(request, Message="Queue reloaded successfully")]


def queue_log_in(desk: Desk, request: Request) -> list[str]:
    """UCM only, and unverified: no document names its parameters or words; taken to be QueueAdd's."""
    if not request.get("Queue") or not request.get("Interface"):
        return [refusal(request, "Need 'Queue' and 'Interface' parameters.")]
    desk.floor.log_in(request.get("Interface"), request.get("Queue"), name=request.get("Interface"))
    return [answer(request, Message="Added interface to queue")]
