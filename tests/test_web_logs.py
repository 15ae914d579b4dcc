"""How log lines look, whatever is in them."""

import json
import logging
import sys

import pytest

from tests.support.serving import manage, outcome
from ucmdash.logs import JsonFormatter, TextFormatter


def record(message: str, *args: object, facts: dict | None = None, error: BaseException | None = None):
    made = logging.LogRecord("queues.test", logging.INFO, "", 0, message, args, None)
    if facts is not None:
        made.facts = facts
    if error is not None:
        try:
            raise error
        except type(error):
            made.exc_info = sys.exc_info()
    return made


def text(*args, **kwargs) -> str:
    """The line without its time."""
    return TextFormatter().format(record(*args, **kwargs)).split(" ", 2)[2]


def test_facts_follow_the_sentence_and_those_that_are_unknown_are_left_out():
    line = text("link %s", "up", facts={"pbx": "berlin", "version": "Asterisk 16.28", "error": None, "epoch": 3})
    assert line == 'INFO queues.test: link up pbx=berlin version="Asterisk 16.28" epoch=3'


def test_other_programs_lines_stay_as_they_are():
    assert text("Not Found: %s", "/x") == "INFO queues.test: Not Found: /x"


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ('a" pbx="b', r'"a\" pbx=\"b"'),
        ("a\nERROR x", r'"a\nERROR x"'),
        ("\u202egnp.exe", r'"\u202egnp.exe"'),
        ("\x1b[2J\x00", r'"\x1b[2J\x00"'),
        ("", '""'),
        ("Grüße", '"Grüße"'),
        ("\ud800", r'"\ud800"'),
        ("\\", r'"\\"'),
    ],
)
def test_hostile_words_stay_in_their_quotes_and_in_their_line(hostile, shown):
    assert text("x", facts={"error": hostile}) == f"INFO queues.test: x error={shown}"
    assert "\n" not in text("x %s", hostile)
    assert json.loads(JsonFormatter().format(record("x", facts={"error": hostile})))["error"] == hostile


def test_a_traceback_is_set_in_so_that_no_line_of_it_looks_like_an_event():
    first, *others = TextFormatter().format(record("x", error=ValueError("a\n2026-01-05 ERROR forged"))).splitlines()
    assert first.endswith("queues.test: x")
    assert others
    assert all(line.startswith("    ") for line in others)


def test_rows_that_postgresql_quotes_are_left_out():
    error = ValueError('null value in column "queue"\nDETAIL:  Failing row contains (1, 0301234567).')
    for formatter in (TextFormatter(), JsonFormatter()):
        line = formatter.format(record("x", error=error))
        assert "null value in column" in line
        assert "0301234567" not in line


def test_as_json_an_event_is_an_object_a_line():
    line = JsonFormatter().format(record("link %s", "up", facts={"pbx": "b", "agent": None}, error=ValueError("a\nb")))
    assert "\n" not in line
    event = json.loads(line)
    assert (event["message"], event["pbx"], event["level"], event["logger"]) == ("link up", "b", "INFO", "queues.test")
    assert "ValueError: a" in event["traceback"]
    assert "agent" not in event


def test_facts_cannot_pretend_to_be_something_else():
    assert json.loads(JsonFormatter().format(record("x", facts={"level": "DEBUG"})))["level"] == "INFO"


def test_the_format_is_a_setting(tmp_path):
    environment = {"SECRET_KEY": "x" * 50, "DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}"}
    code = "import logging; logging.getLogger('queues').warning('hello', extra={'facts': {'pbx': 'main'}})"
    status, errors = outcome(manage("shell", "--verbosity", "0", "-c", code, LOG_FORMAT="json", **environment))
    assert status == 0
    assert json.loads(errors)["pbx"] == "main"
    status, errors = outcome(manage("check", LOG_FORMAT="xml", **environment))
    assert (status, errors) == (1, "Wrong settings: LOG_FORMAT must be text or json, not 'xml'.\n")
