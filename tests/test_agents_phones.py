"""Phones are saved as the PBX tells them; what people entered stays."""

from datetime import UTC, datetime

import pytest

from agents import services
from agents.models import Agent
from queues.live.state import AgentRow

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def test_new_phones_are_added_and_their_ids_told():
    ids = services.upsert_agents([AgentRow("main", "PJSIP/1"), AgentRow("main", "PJSIP/2", name="Bo", state_since=AT)])
    assert set(Agent.objects.values_list("interface", "pk")) == set(ids.items())
    assert Agent.objects.get(pk=ids["PJSIP/2"]).state_since == AT


def test_known_phones_keep_their_id_their_login_and_their_given_name(agent_user):
    Agent.objects.update(display_name="Ada L.")
    known = Agent.objects.get()
    row = AgentRow("main", "PJSIP/1000", extension="1000", name="ada", state="paused", paused_count=2, member_count=2)
    assert services.upsert_agents([row]) == {"PJSIP/1000": known.pk}
    known.refresh_from_db()
    assert (known.user, known.display_name, known.name) == (agent_user, "Ada L.", "ada")
    assert (known.state, known.paused_count, known.member_count) == ("paused", 2, 2)


def test_the_same_interface_of_two_pbxs_is_two_phones():
    here = services.upsert_agents([AgentRow("main", "PJSIP/1")])
    there = services.upsert_agents([AgentRow("other", "PJSIP/1")])
    assert here["PJSIP/1"] != there["PJSIP/1"]


def test_no_rows_are_no_work(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert services.upsert_agents([]) == {}
