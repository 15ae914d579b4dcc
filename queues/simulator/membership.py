"""Members of queues: pausing, adding, removing and changing them, each told as the PBX tells it.

In: a switch to tell it on and the membership meant. Whether a queue may now ring somebody new is for the
floor to ask the queues.
"""

from __future__ import annotations

from queues.simulator.entities import Member, Queue
from queues.simulator.switch import Switch


def pause(switch: Switch, member: Member, is_paused: bool, reason: str = "") -> None:
    """Pause or unpause one membership; doing it again tells it again, as the real one does."""
    has_changed = member.is_paused is not is_paused
    member.is_paused = is_paused
    member.pause_reason = reason if is_paused else ""
    if is_paused:
        member.paused_at = switch.now
    if has_changed:
        _tell_pause_device(switch, member)
        switch.tell_availability(member.queue)
    switch.tell("QueueMemberPause", member=member, headers={"Reason": reason} if reason else {})


def add(switch: Switch, queue: Queue, member: Member, *, is_told: bool) -> None:
    """Put a member into its queue; `is_told` False for what was there at boot."""
    queue.members[member.interface] = member
    switch.memberships.setdefault(member.interface, []).append(member)
    if is_told:
        _tell_pause_device(switch, member)
        switch.tell("QueueMemberAdded", member=member)
        switch.tell_availability(queue)


def remove(switch: Switch, member: Member) -> None:
    """Take a member out of its queue; a call in hand goes on."""
    del member.queue.members[member.interface]
    switch.memberships[member.interface].remove(member)
    switch.tell("QueueMemberRemoved", member=member)
    if member.is_paused:
        device = f"Queue:{member.queue.number}_pause_{member.interface}"
        switch.tell("DeviceStateChange", headers={"Device": device, "State": "NOT_INUSE"})
    switch.tell_availability(member.queue)


def set_penalty(switch: Switch, member: Member, penalty: int) -> None:
    member.penalty = penalty
    switch.tell("QueueMemberPenalty", member=member)


def set_rings_in_use(switch: Switch, member: Member, rings_in_use: bool) -> None:
    member.rings_in_use = rings_in_use
    switch.tell("QueueMemberRinginuse", member=member)


def _tell_pause_device(switch: Switch, member: Member) -> None:
    device = f"Queue:{member.queue.number}_pause_{member.interface}"
    switch.tell("DeviceStateChange", headers={"Device": device, "State": "INUSE" if member.is_paused else "NOT_INUSE"})
