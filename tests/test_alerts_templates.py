"""A webhook's own JSON: filled in text by text, so that nobody's name breaks out of it or calls everybody."""

import json

import pytest

from queues.alerts.messages import Names, Target, call_occasions, draft, incident_closed, incident_opened
from queues.alerts.templates import LONGEST, PLACEHOLDERS, SLACK, TEAMS, BadTemplate, check, render, values_of
from queues.alerts.wording import sentence
from tests.support.alerts import incident
from tests.support.saved import AT
from tests.test_alerts_messages import ENDED, LEFT, NAMES, RINGING, TALKING, WAITING

HOSTILE = '"}],"x":{text}\\ <!channel> <http://evil|click> [a](b) *_`~ @everyone \u202e & \x00 {number}'


def body(occasion) -> dict:
    return draft(occasion, Target(hook=1), AT).body


def of_call(before, after) -> dict:
    return body(list(call_occasions(before, after, NAMES, AT))[-1])


def rendered(template: str, told: dict):
    check(template)
    return json.loads(render(template, told))


OPENED = body(incident_opened(incident(AT), Names({"6500": "Sales"})))


def test_without_a_template_our_own_json_is_sent_as_it_is():
    assert json.loads(render("", OPENED)) == OPENED


def test_a_template_for_slack_is_one_text_and_one_for_teams_a_card():
    assert rendered(SLACK, OPENED) == {"text": "Sales: 5 callers wait"}
    card = rendered(TEAMS, OPENED)["attachments"][0]["content"]
    assert card["body"] == [{"type": "TextBlock", "wrap": True, "text": "Sales: 5 callers wait"}]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (OPENED, "Sales: 5 callers wait"),
        (body(incident_closed(incident(AT), Names(), AT)), "Over: 6500: 5 callers wait"),
        (body(incident_opened(incident(AT, title="Sales is full"), Names({"6500": "Sales"}))), "Sales is full"),
        (body(incident_opened(incident(AT, queue="", title="Link is down"), Names())), "Link is down"),
        (of_call(None, RINGING), "Anna (0301234567) rings at Ada, queue Sales"),
        (of_call(RINGING, TALKING), "Ada answered Anna (0301234567), queue Sales, after 9 s"),
        (of_call(TALKING, ENDED), "Anna (0301234567) and Ada talked for 51 s, queue Sales"),
        (of_call(WAITING, LEFT), "Anna (0301234567) left queue Sales after 5 s without an answer"),
    ],
)
def test_every_event_has_a_sentence(told, words):
    assert sentence(told) == words


def test_every_placeholder_has_a_value_in_every_event():
    for told in (OPENED, of_call(TALKING, ENDED)):
        values = values_of(told)
        assert set(values) == set(PLACEHOLDERS)
    assert (values["number"], values["talk_seconds"], values["title"]) == ("0301234567", "51", "")
    assert values_of(OPENED)["limit"] == "4"


def test_a_hostile_name_stays_inside_its_text():
    told = OPENED | {"incident": OPENED["incident"] | {"title": HOSTILE}}
    shape = {"a": "{title}", "b": ["{title:slack}", "{title:markdown}"], "{title}": 1}
    found = rendered(json.dumps(shape), told)
    assert found["a"] == HOSTILE
    assert found["{title}"] == 1
    slack, markdown = found["b"]
    assert "<!channel>" not in slack
    assert "&lt;!channel&gt;" in slack
    assert "@everyone" not in markdown
    assert r"\[a\]\(b\) \*\_\`\~" in markdown
    assert set(json.loads(render(SLACK, told))) == {"text"}


@pytest.mark.parametrize(
    "template",
    [
        "",
        "text",
        '"{text}"',
        "17",
        '{"text": "{text}"',
        '{"text": {text}}',
        '{"text": "{nonsense}"}',
        '{"text": "{text:html}"}',
        '{"a": NaN}',
        '{"a": Infinity}',
        "[" * 30 + "]" * 30,
        "[" * 4000 + "]" * 4000,
        json.dumps({"a": "x" * LONGEST}),
    ],
    ids=lambda template: template[:20],
)
def test_what_is_no_template_is_refused_in_words(template):
    with pytest.raises(BadTemplate, match=r"."):
        check(template)


def test_braces_that_name_nothing_stay_as_they_are():
    assert rendered('{"a": "{} {A} {1} {{text}}"}', OPENED) == {"a": "{} {A} {1} {Sales: 5 callers wait}"}
