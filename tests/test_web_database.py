"""PostgreSQL that does not answer in time counts as gone; changing tables may take as long as it takes."""

import pytest
from django.db import OperationalError
from django.db.utils import ConnectionHandler
from environ import Env


@pytest.fixture
def impatient(servers, django_db_blocker):
    """A connection that waits half a second for an answer."""
    database = {**Env.db_url_config(servers.postgres.url), "ENGINE": "ucmdash.postgresql"}
    database["OPTIONS"] = {"answer_seconds": 0.5}
    with django_db_blocker.unblock():
        connection = ConnectionHandler({"default": database})["default"]
        yield connection
        connection.close()


def ask(connection, seconds):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(%s)", [seconds])
        return cursor.rowcount


def test_an_answer_that_does_not_come_ends_the_connection_and_the_next_question_gets_a_new_one(impatient):
    with pytest.raises(OperationalError, match=r"did not answer within 0\.5 seconds"):
        ask(impatient, 60)
    assert not impatient.is_usable()
    impatient.close()
    assert ask(impatient, 0) == 1


def test_changing_tables_may_take_longer_and_then_patience_is_over(impatient):
    with impatient.schema_editor() as editor:
        editor.execute("SELECT pg_sleep(1)")
    with pytest.raises(OperationalError):
        ask(impatient, 60)
