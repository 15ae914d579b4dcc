"""What the people of the demo set: a limit, rules, and a webhook that is switched off, to be looked at and changed.

Made once: whoever changes or deletes any of it finds it so in the next demo on the same database.
"""

from __future__ import annotations

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from queues.alerts.signing import new_secret
from queues.models import AlertRule, Limit, Webhook

#: More callers than these in a queue are red.
WAITING_RED = 6


def make_alerts(pbx: str) -> None:
    if Limit.objects.exists() or AlertRule.objects.exists() or Webhook.objects.exists():
        return
    Limit.objects.create(pbx=pbx, queue="", figure="waiting", amber=4, red=WAITING_RED)
    owner = User.objects.get(username="supervisor")
    _rule(owner, _("Callers wait and nobody is free"), ("waiting", ">", 2), ("free_agents", "=", 0), hold_seconds=10)
    _rule(owner, _("Nobody is logged in"), ("logged_in", "=", 0))
    _rule(owner, _("The PBX cannot be seen"), ("link_down", ">", 10), only_when_open=False)
    Webhook.objects.create(
        name=_("Example of a CRM"),
        url="https://crm.example/ucmdash",
        secret=new_secret(),
        events=["incidents", "call.answered"],
        is_enabled=False,
    )


def _rule(owner: User, name: str, *conditions: tuple[str, str, float], **fields: object) -> None:
    told = [{"figure": figure, "operator": operator, "value": value} for figure, operator, value in conditions]
    AlertRule.objects.create(name=name, owner=owner, conditions=told, **fields)
