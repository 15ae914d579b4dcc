from datetime import UTC, datetime

import pytest

from agents import tokens
from agents.models import ApiToken

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def test_a_token_tells_whose_it_is(supervisor):
    assert tokens.resolve_token(tokens.create_token(supervisor, "wallboard", AT), AT) == supervisor


def test_the_database_does_not_hold_the_token(supervisor):
    text = tokens.create_token(supervisor, "wallboard", AT)
    row = ApiToken.objects.values().get()
    assert text not in repr(row)
    assert row["label"] == "wallboard"


@pytest.mark.parametrize("text", ["", "ucmdash_", "ucmdash_nobody's", "é\ud800", "x" * 10_000])
def test_other_texts_are_nobodys(supervisor, text):
    tokens.create_token(supervisor, "", AT)
    assert tokens.resolve_token(text, AT) is None


def test_a_revoked_token_is_nobodys(supervisor):
    text = tokens.create_token(supervisor, "", AT)
    assert tokens.revoke_tokens([ApiToken.objects.get().pk], AT) == 1
    assert tokens.resolve_token(text, AT) is None


def test_the_token_of_an_account_that_is_switched_off_is_nobodys(supervisor):
    text = tokens.create_token(supervisor, "", AT)
    supervisor.is_active = False
    supervisor.save()
    assert tokens.resolve_token(text, AT) is None
