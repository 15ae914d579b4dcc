"""Who may see and do what: every decision for every kind of person."""

import pytest
from django.contrib.auth.models import AnonymousUser, Permission, User

from agents import permissions
from agents.floor import LiveCall
from agents.models import Agent, Team
from agents.permissions import NOTHING, NotAllowed, Role, Scope, visible_scope
from queues.audit import commands_of
from tests.support.saved import save_command

SALES = frozenset({("main", "6500")})
SUPPORT = frozenset({("main", "6501")})
EVERYBODY = {
    "administrator": Scope(True, frozenset(), acts_everywhere=True, administers=True),
    "supervisor": Scope(True, frozenset(), acts_everywhere=True),
    "viewer": Scope(True, frozenset()),
    "of_sales": Scope(False, frozenset(), watched=SALES, supervised=SALES),
    "of_support": Scope(False, frozenset(), watched=SUPPORT, supervised=SUPPORT),
    "sales_viewer": Scope(False, frozenset(), watched=SALES),
    "ada": Scope(False, frozenset({("main", "PJSIP/1000")}), agent_ids=(1,)),
    "bob": Scope(False, frozenset({("main", "PJSIP/1001")}), agent_ids=(2,)),
    "nobody": NOTHING,
}
ACT_EVERYWHERE = {"administrator", "supervisor"}
SEE_EVERYTHING = {*ACT_EVERYWHERE, "viewer"}

#: Ada is a member of 6500 only, Bob of both queues, Eve of none.
ADA = Agent(pbx="main", interface="PJSIP/1000")
ADAS_QUEUES = frozenset({"6500"})
BOB = Agent(pbx="main", interface="PJSIP/1001")
BOBS_QUEUES = frozenset({"6500", "6501"})
EVE = Agent(pbx="main", interface="PJSIP/1002")
#: Another PBX's phone and queue of the same names.
STRANGER = Agent(pbx="branch", interface="PJSIP/1000")


def who(may) -> set[str]:
    """Those of everybody for whom it is so."""
    return {name for name, scope in EVERYBODY.items() if may(scope)}


def on_call_of(queue: str, interface: str = "PJSIP/1001") -> Agent:
    return Agent(pbx="main", interface=interface, queue=queue, call_uniqueid="17.1")


def test_each_has_their_role():
    assert {name: scope.role for name, scope in EVERYBODY.items()} == {
        "administrator": Role.ADMINISTRATOR,
        "supervisor": Role.SUPERVISOR,
        "viewer": Role.VIEWER,
        "of_sales": Role.SUPERVISOR,
        "of_support": Role.SUPERVISOR,
        "sales_viewer": Role.VIEWER,
        "ada": Role.AGENT,
        "bob": Role.AGENT,
        "nobody": Role.NOBODY,
    }
    assert who(lambda scope: scope.is_empty) == {"nobody"}
    assert who(lambda scope: scope.is_supervisor) == {*ACT_EVERYWHERE, "of_sales", "of_support"}
    assert who(lambda scope: scope.sees_floor) == {*SEE_EVERYTHING, "of_sales", "of_support", "sales_viewer"}


def test_an_agent_is_seen_with_one_of_their_queues():
    seen = permissions.may_see_agent
    assert who(lambda scope: seen(scope, ADA, ADAS_QUEUES)) == {*SEE_EVERYTHING, "of_sales", "sales_viewer", "ada"}
    assert who(lambda scope: seen(scope, BOB, BOBS_QUEUES)) == set(EVERYBODY) - {"ada", "nobody"}
    assert who(lambda scope: seen(scope, EVE, frozenset())) == SEE_EVERYTHING
    assert who(lambda scope: seen(scope, STRANGER, ADAS_QUEUES)) == SEE_EVERYTHING


@pytest.mark.parametrize(
    ("queue", "also"),
    [
        ("6500", {"of_sales", "sales_viewer", "bob"}),
        ("6501", {"of_support", "bob"}),
        ("", {"of_sales", "sales_viewer", "of_support", "bob"}),
    ],
)
def test_the_call_in_hand_is_seen_with_its_queue(queue, also):
    seen = who(lambda scope: permissions.may_see_call_in_hand(scope, on_call_of(queue), BOBS_QUEUES))
    assert seen == {*SEE_EVERYTHING, *also}


def test_a_call_of_no_queue_is_seen_with_the_agent():
    ada = on_call_of("", "PJSIP/1000")
    seen = who(lambda scope: permissions.may_see_call_in_hand(scope, ada, ADAS_QUEUES))
    assert seen == {*SEE_EVERYTHING, "of_sales", "sales_viewer", "ada"}


def test_who_waits_is_seen_with_the_queue():
    waiting = LiveCall("17.1", "6500", "", "")
    seen = who(lambda scope: permissions.may_see_call(scope, "main", waiting, ADAS_QUEUES & {"6500"}))
    # With the queues of Ada's phone: who sees a queue by a team does not need any.
    assert seen == set(EVERYBODY)
    assert who(lambda scope: permissions.may_see_call(scope, "main", waiting, frozenset())) == {
        *SEE_EVERYTHING,
        "of_sales",
        "sales_viewer",
    }


def test_whom_colleagues_talk_with_is_not_an_agents_business():
    talking = LiveCall("17.2", "6500", "", "PJSIP/1001")
    seen = who(lambda scope: permissions.may_see_call(scope, "main", talking, BOBS_QUEUES))
    assert seen == {*SEE_EVERYTHING, "of_sales", "sales_viewer", "bob"}


def test_people_act_for_their_own_phone_and_supervisors_for_members_of_their_queues():
    may = permissions.may_act_for
    assert who(lambda scope: may(scope, ADA, ADAS_QUEUES)) == {*ACT_EVERYWHERE, "of_sales", "ada"}
    assert who(lambda scope: may(scope, BOB, BOBS_QUEUES)) == {*ACT_EVERYWHERE, "of_sales", "of_support", "bob"}
    assert who(lambda scope: may(scope, EVE, frozenset())) == ACT_EVERYWHERE
    assert who(lambda scope: may(scope, STRANGER, ADAS_QUEUES)) == ACT_EVERYWHERE


@pytest.mark.parametrize(
    ("queue", "also"),
    [("6500", {"of_sales", "bob"}), ("6501", {"of_support", "bob"}), ("", {"of_sales", "of_support", "bob"})],
)
def test_the_call_in_hand_is_ended_by_who_has_it_and_by_its_queues_supervisors(queue, also):
    ending = who(lambda scope: permissions.may_act_on_call_in_hand(scope, on_call_of(queue), BOBS_QUEUES))
    assert ending == {*ACT_EVERYWHERE, *also}


def test_only_calls_of_their_queues_are_for_teams_to_listen_to():
    joining = permissions.may_join_call_in_hand
    assert who(lambda scope: joining(scope, on_call_of("6500"))) == {*ACT_EVERYWHERE, "of_sales"}
    assert who(lambda scope: joining(scope, on_call_of("6501"))) == {*ACT_EVERYWHERE, "of_support"}
    assert who(lambda scope: joining(scope, on_call_of(""))) == ACT_EVERYWHERE


def test_who_waits_is_moved_by_supervisors_and_a_call_in_hand_also_by_who_has_it():
    may = permissions.may_act_on_call
    assert who(lambda scope: may(scope, "main", LiveCall("17.1", "6500", "", ""))) == {*ACT_EVERYWHERE, "of_sales"}
    talking = LiveCall("17.2", "6501", "", "PJSIP/1000")
    assert who(lambda scope: may(scope, "main", talking)) == {*ACT_EVERYWHERE, "of_support", "ada"}
    assert who(lambda scope: may(scope, "branch", talking)) == ACT_EVERYWHERE


def touched(asked: str | None, agent: Agent = BOB, queues: frozenset[str] = BOBS_QUEUES, **how: bool) -> dict:
    """What each may touch; those who may nothing are left out."""
    out: dict[str, frozenset[str] | None] = {}
    for name, scope in EVERYBODY.items():
        try:
            out[name] = permissions.queues_to_touch(scope, agent, asked, queues, **how)
        except NotAllowed:
            continue
    return out


def test_all_queues_are_those_that_one_supervises():
    assert touched(None) == {
        "administrator": None,
        "supervisor": None,
        "of_sales": {"6500"},
        "of_support": {"6501"},
        "bob": None,
    }


def test_a_queue_is_touched_by_its_supervisors_and_by_whose_phone_it_is():
    one = frozenset({"6500"})
    assert touched("6500") == {"administrator": one, "supervisor": one, "of_sales": one, "bob": one}


def test_a_teams_supervisor_touches_no_agent_of_other_teams_only():
    assert set(touched(None, ADA, ADAS_QUEUES)) == {*ACT_EVERYWHERE, "of_sales", "ada"}
    assert set(touched("6501", ADA, ADAS_QUEUES)) == {*ACT_EVERYWHERE, "ada"}
    assert set(touched(None, EVE, frozenset())) == ACT_EVERYWHERE


def test_what_is_not_for_oneself_is_for_supervisors_only():
    assert set(touched(None, own_counts=False)) == {*ACT_EVERYWHERE, "of_sales", "of_support"}


def test_who_supervises_a_queue_of_their_own_phone_keeps_the_rights_of_both():
    both = Scope(False, frozenset({("main", "PJSIP/1001")}), (2,), watched=SALES, supervised=SALES)
    assert permissions.queues_to_touch(both, BOB, None, BOBS_QUEUES) is None
    assert permissions.queues_to_touch(both, BOB, None, BOBS_QUEUES, own_counts=False) == {"6500"}
    assert permissions.queues_to_touch(both, ADA, None, ADAS_QUEUES) == {"6500"}


def joined(asked: str | None, agent: Agent = BOB, usual: frozenset[str] = BOBS_QUEUES) -> dict:
    out: dict[str, frozenset[str]] = {}
    for name, scope in EVERYBODY.items():
        try:
            out[name] = permissions.queues_to_join(scope, agent, asked, usual)
        except NotAllowed:
            continue
    return out


def test_the_usual_queues_are_joined_by_oneself_and_by_their_supervisors():
    assert joined(None) == {
        "administrator": BOBS_QUEUES,
        "supervisor": BOBS_QUEUES,
        "of_sales": {"6500"},
        "of_support": {"6501"},
        "bob": BOBS_QUEUES,
    }


def test_into_a_new_queue_an_agent_is_taken_by_its_supervisors_only():
    assert set(joined("6501", ADA, ADAS_QUEUES)) == {*ACT_EVERYWHERE, "of_support"}
    assert set(joined("6502", ADA, ADAS_QUEUES)) == ACT_EVERYWHERE


def test_who_has_no_usual_queue_must_name_one():
    assert joined(None, ADA, frozenset()) == {}


# --- read from the database ------------------------------------------------------------------------------------


@pytest.fixture
def sales(db) -> Team:
    team = Team.objects.create(name="Sales")
    team.queues.create(pbx="main", number="6500")
    return team


@pytest.mark.django_db
def test_scopes_of_the_standing_people(admin, supervisor, agent_user, outsider):
    own = agent_user.agents.get()
    assert visible_scope(admin) == EVERYBODY["administrator"]
    assert visible_scope(supervisor) == EVERYBODY["supervisor"]
    assert visible_scope(agent_user) == Scope(False, frozenset({("main", "PJSIP/1000")}), (own.pk,))
    assert visible_scope(outsider) == NOTHING
    assert visible_scope(AnonymousUser()) == NOTHING


@pytest.mark.django_db
def test_who_may_watch_everything_sees_it_and_does_nothing(outsider):
    outsider.user_permissions.add(Permission.objects.get(content_type__app_label="agents", codename="watch"))
    assert visible_scope(User.objects.get(pk=outsider.pk)) == EVERYBODY["viewer"]


@pytest.mark.django_db
def test_a_supervisor_with_access_to_the_administration_is_an_administrator(supervisor):
    supervisor.is_staff = True
    assert visible_scope(supervisor).role is Role.ADMINISTRATOR


@pytest.mark.django_db
def test_teams_give_their_queues_to_supervisors_and_viewers(sales, outsider, agent_user):
    sales.supervisors.add(outsider)
    sales.viewers.add(agent_user)
    assert visible_scope(outsider) == EVERYBODY["of_sales"]
    scope = visible_scope(agent_user)
    assert (scope.watched, scope.supervised, scope.role) == (SALES, frozenset(), Role.VIEWER)
    assert scope.interfaces == {("main", "PJSIP/1000")}


@pytest.mark.django_db
def test_who_watches_one_team_and_supervises_another_has_both(sales, outsider):
    support = Team.objects.create(name="Support")
    support.queues.create(pbx="main", number="6501")
    sales.viewers.add(outsider)
    support.supervisors.add(outsider)
    scope = visible_scope(outsider)
    assert (scope.watched, scope.supervised) == (SALES | SUPPORT, SUPPORT)


@pytest.mark.django_db
def test_an_account_that_is_switched_off_is_nobody(admin, agent_user, sales):
    sales.supervisors.add(agent_user)
    for person in (admin, agent_user):
        person.is_active = False
        assert visible_scope(person) == NOTHING
        assert not permissions.may_read_metrics(person)


@pytest.mark.django_db
def test_commands_are_seen_by_who_asked_and_by_who_acts_everywhere(supervisor, viewer, agent_user, other_agent):
    command = save_command(requested_by=agent_user)
    people = (agent_user, supervisor, other_agent, viewer)
    assert [command in commands_of(person) for person in people] == [True, True, False, False]
