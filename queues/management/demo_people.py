"""The people of the demo: accounts for every role, two teams, and who sits at which phone."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.models import Group, User
from django.utils.translation import gettext as _

from agents.models import Agent, Team
from agents.teams import set_queues_of_team
from queues.simulator.cast import person

PASSWORD = "demo"  # noqa: S105  printed on the screen of whoever starts it
#: How many agents have a login, from the first phone on.
AGENT_LOGINS = 2
#: What the departments of the Sales team begin with; all others are the Support team's.
SALES = ("Sales", "Reservations")
#: Who sits at phones of the simulated PBX that are members of no queue: what they pick up, listen and dial with.
DESKS = {
    "supervisor": ("2004", "Grace Murphy"),
    "sales": ("2003", "Hugo Santos"),
    "support": ("2002", "Mei Chen"),
}


def make_people(pbx: str, agents: int, queues: Mapping[str, str]) -> dict[str, str]:
    """Accounts by name with what they are for. `queues` are names by number. Phones of earlier demos, of another
    size, are forgotten."""
    phones = [str(1000 + number) for number in range(agents)]
    names = {phone: person(number) for number, phone in enumerate(phones)} | dict(DESKS.values())
    _name_phones(pbx, names)
    _account("admin", is_staff=True, is_superuser=True)
    accounts = {"admin": _("sees and does everything, and has the administration, /admin/")}
    for username, (phone, name) in DESKS.items():
        _seat(_account(username, name), pbx, phone)
    _add_to_group("supervisor", "Supervisors of all queues")
    accounts["supervisor"] = _("sees and does everything, sits at {phone}").format(phone=DESKS["supervisor"][0])
    accounts |= _make_teams(pbx, queues)
    _account("viewer")
    _add_to_group("viewer", "Viewers of all queues")
    accounts["viewer"] = _("sees everything, does nothing")
    for number, phone in enumerate(phones[:AGENT_LOGINS], start=1):
        username = f"agent{number}"
        _seat(_account(username, names[phone]), pbx, phone)
        accounts[username] = _("an agent, sits at {phone}, sees their own queues").format(phone=phone)
    return accounts


def _make_teams(pbx: str, queues: Mapping[str, str]) -> dict[str, str]:
    """The accounts of those teams that have a queue in a demo of this size."""
    sales = {number for number, name in queues.items() if name.startswith(SALES)}
    accounts = {}
    for name, numbers in (("Sales", sales), ("Support", queues.keys() - sales)):
        username = name.lower()
        team, _is_new = Team.objects.get_or_create(name=name)
        team.supervisors.set([User.objects.get(username=username)])
        set_queues_of_team(team, ((pbx, number) for number in numbers))
        if numbers:
            told = ", ".join(queues[number] for number in sorted(numbers)[:4]) + (" …" if len(numbers) > 4 else "")
            words = _("supervises the team {team} ({queues}), sits at {phone}")
            accounts[username] = words.format(team=name, queues=told, phone=DESKS[username][0])
    return accounts


def _add_to_group(username: str, group: str) -> None:
    User.objects.get(username=username).groups.set([Group.objects.get(name=group)])


def _name_phones(pbx: str, names: Mapping[str, str]) -> None:
    """A UCM calls its agents by their numbers; these are the names an administrator would enter."""
    rows = [
        Agent(pbx=pbx, interface=f"PJSIP/{extension}", extension=extension, display_name=name)
        for extension, name in names.items()
    ]
    Agent.objects.filter(pbx=pbx).exclude(interface__in=[row.interface for row in rows]).delete()
    Agent.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=("pbx", "interface"), update_fields=("display_name",)
    )


def _seat(user: User, pbx: str, extension: str) -> None:
    Agent.objects.filter(pbx=pbx, interface=f"PJSIP/{extension}").update(user=user)


def _account(username: str, name: str = "", **fields: object) -> User:
    first, _space, last = name.partition(" ")
    known = {"is_active": True, "first_name": first, "last_name": last, **fields}
    user, _is_new = User.objects.update_or_create(username=username, defaults=known)
    user.set_password(PASSWORD)
    user.save()
    return user
