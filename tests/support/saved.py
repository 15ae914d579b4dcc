"""A small saved board of the PBX "main", as a worker would leave it, and what people asked of it.

Queues 6500 (PJSIP/1000 and PJSIP/1001) and 6501 (PJSIP/1001 only). In 6500 one caller waits (17.1) and one
talks with PJSIP/1000 (17.2); in 6501 one waits (17.3) and one talks with PJSIP/1001 (17.4).
"""

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from agents.models import Agent, Command
from agents.services import COMMAND_LIFETIME
from agents.states import CommandKind
from queues.models import Call, Incident, Link, Member, OwedCall, Queue

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def save_link(pbx: str = "main", **fields: object) -> Link:
    """An up link with a worker that is alive."""
    defaults = {
        "state": "up",
        "since": AT,
        "dialect": "ucm",
        "actions": [kind.value for kind in CommandKind],
        "epoch": 3,
        "seq": 10,
        "lease_holder": "test",
        "lease_expires_at": timezone.now() + timedelta(hours=1),
    }
    return Link.objects.create(pbx=pbx, **{**defaults, **fields})


def save_board(pbx: str = "main") -> None:
    save_link(pbx)
    for number in ("6500", "6501"):
        Queue.objects.create(pbx=pbx, number=number, name=f"Queue {number}", waiting=1, oldest_joined_at=AT)
    Queue.objects.create(pbx=pbx, number="6599", name="Gone", is_on_board=False)
    for interface, name, queues in (("PJSIP/1000", "Ada", ("6500",)), ("PJSIP/1001", "Bob", ("6500", "6501"))):
        for queue in queues:
            Member.objects.create(pbx=pbx, queue=queue, interface=interface, name=name)
        Agent.objects.update_or_create(
            pbx=pbx,
            interface=interface,
            defaults={"name": name, "extension": interface[-4:], "member_count": len(queues), "state_since": AT},
        )
    save_call(pbx, "17.1", "6500", ringing=["PJSIP/1000", "PJSIP/1001"], position=1)
    save_call(pbx, "17.2", "6500", state="talking", agent_interface="PJSIP/1000", answered_at=AT)
    save_call(pbx, "17.3", "6501", position=1)
    save_call(pbx, "17.4", "6501", state="talking", agent_interface="PJSIP/1001", answered_at=AT)
    save_call(pbx, "17.0", "6500", state="talking", ended_at=AT, outcome="completed")


def save_call(pbx: str, uniqueid: str, queue: str, **fields: object) -> Call:
    channel = f"PJSIP/trunk-{uniqueid}"
    return Call.objects.create(pbx=pbx, uniqueid=uniqueid, queue=queue, joined_at=AT, channel=channel, **fields)


def save_owed(queue: str = "6500", party: str = "+493012345", **fields: object) -> OwedCall:
    """Somebody to call back since AT."""
    told = {"number": party, "opened_at": AT, "first_at": AT, "last_at": AT, "last_outcome": "abandoned"}
    return OwedCall.objects.create(**{"pbx": "main", "queue": queue, "party": party, **told, **fields})


def save_incident(cause: str = "rule:1", queue: str = "6500", **fields: object) -> Incident:
    """Something wrong since AT."""
    told = {"opened_at": AT, "breached_at": AT, "title": "Nobody is free"}
    return Incident.objects.create(**{"pbx": "main", "cause": cause, "queue": queue, **told, **fields})


def save_command(at: datetime = AT, **fields: object) -> Command:
    """A pause that somebody asked for at `at`, waiting to be sent at once, unless `fields` say otherwise."""
    times = {"requested_at": at, "due_at": at, "expires_at": at + COMMAND_LIFETIME}
    return Command.objects.create(**{"kind": "pause", "pbx": "main", **times, **fields})
