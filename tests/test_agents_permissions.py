import pytest
from django.contrib.auth.models import AnonymousUser

from agents import permissions, selectors
from agents.models import Agent, Command
from agents.permissions import NOTHING

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(agent_user) -> Agent:
    return agent_user.agents.get()


@pytest.fixture
def others(other_agent) -> Agent:
    return other_agent.agents.get()


@pytest.fixture(params=[permissions.may_pause, permissions.may_originate, permissions.may_hang_up])
def may(request):
    return request.param


def test_supervisors_and_superusers_act_for_everybody(may, supervisor, admin, own):
    assert may(supervisor, own)
    assert may(admin, own)


def test_agents_act_for_themselves_only(may, agent_user, own, others):
    assert may(agent_user, own)
    assert not may(agent_user, others)


def test_outsiders_and_nobody_act_for_none(may, outsider, own):
    phone_of_nobody = Agent(pbx="main", interface="PJSIP/1")
    for person in (outsider, AnonymousUser()):
        assert not may(person, own)
        assert not may(person, phone_of_nobody)


def test_an_account_that_is_switched_off_may_nothing(may, admin, agent_user, own):
    for person in (admin, agent_user):
        person.is_active = False
        assert not may(person, own)
        assert permissions.visible_scope(person) == NOTHING


def test_a_call_nobody_talks_on_is_for_supervisors_to_end(supervisor, agent_user):
    assert permissions.may_hang_up(supervisor, None)
    assert not permissions.may_hang_up(agent_user, None)


def test_a_supervisor_sees_everything_and_an_agent_their_phones(supervisor, agent_user, own, outsider):
    assert permissions.visible_scope(supervisor).everything
    scope = permissions.visible_scope(agent_user)
    assert (scope.everything, scope.interfaces, scope.agent_ids) == (False, {("main", "PJSIP/1000")}, (own.pk,))
    assert permissions.visible_scope(outsider).is_empty
    assert permissions.visible_scope(AnonymousUser()).is_empty


def test_other_peoples_agents_do_not_exist_for_an_agent(supervisor, agent_user, own, others):
    scope = permissions.visible_scope(agent_user)
    assert selectors.visible_agent(scope, own.pk) == own
    assert selectors.visible_agent(scope, others.pk) is None
    assert selectors.visible_agent(permissions.visible_scope(supervisor), others.pk) == others


def test_commands_are_seen_by_who_asked_and_by_supervisors(supervisor, agent_user, other_agent, own):
    command = Command.objects.create(
        kind="pause",
        pbx="main",
        requested_by=agent_user,
        requested_at="2026-01-05T09:00Z",
        due_at="2026-01-05T09:00Z",
        expires_at="2026-01-05T09:00Z",
    )
    assert selectors.visible_command(agent_user, command.pk) == command
    assert selectors.visible_command(supervisor, command.pk) == command
    assert selectors.visible_command(other_agent, command.pk) is None
