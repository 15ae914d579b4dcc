"""Small commands: tokens and forgetting old calls."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from agents import tokens
from agents.models import Command
from queues.models import Call
from tests.support.saved import save_call, save_command

pytestmark = pytest.mark.django_db


def output(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue().strip()


def test_create_token_prints_a_token_that_works(supervisor):
    assert (
        tokens.resolve_token(output("create_token", "supervisor", "--label", "wallboard"), timezone.now()) == supervisor
    )
    assert supervisor.api_tokens.get().label == "wallboard"


def test_create_token_knows_only_active_accounts(supervisor):
    supervisor.is_active = False
    supervisor.save()
    for name in ("supervisor", "no such account"):
        with pytest.raises(CommandError, match="no active account"):
            call_command("create_token", name)


def test_prune_calls_forgets_what_ended_long_ago_and_nothing_else(supervisor):
    now = timezone.now()
    for uniqueid, ended_at in (("old", now - timedelta(days=31)), ("new", now - timedelta(days=29)), ("live", None)):
        save_call("main", uniqueid, "6500", ended_at=ended_at)
        save_command(ended_at or now, pbx=uniqueid)
    assert output("prune_calls", "--days", "30") == "1 calls and 1 requests deleted"
    assert set(Call.objects.values_list("uniqueid", flat=True)) == {"new", "live"}
    assert set(Command.objects.values_list("pbx", flat=True)) == {"new", "live"}


def test_prune_calls_does_not_forget_everything_by_mistake():
    with pytest.raises(CommandError, match="at least one day"):
        call_command("prune_calls", "--days", "0")
