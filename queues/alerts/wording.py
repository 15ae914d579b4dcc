"""Messages in words: the one sentence of a chat message and the subject of an e-mail. Pure.

In: the `body` of an outbox row (`queues.alerts.messages`). Names in it come from callers and may say anything: whoever
puts a sentence somewhere escapes it for that place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from queues.alerts.messages import Event


def sentence(body: dict[str, Any]) -> str:
    """What happened, in one line."""
    return _SENTENCES[Event(body["event"])](body)


def _place(facts: dict[str, Any]) -> str:
    return str(facts["queue_name"] or facts["queue"])


def _caller(call: dict[str, Any]) -> str:
    number = call["number"] or _("unknown number")
    return f"{call['name']} ({number})" if call["name"] else str(number)


def _agent(facts: dict[str, Any]) -> str:
    return str(facts["agent_name"] or facts["agent"] or _("nobody"))


def _what(incident: dict[str, Any]) -> str:
    """The title, with the queue or agent in front if it does not name them."""
    title = str(incident["title"] or incident["cause"])
    whose = _place(incident) or str(incident["agent_name"] or incident["agent"])
    return title if whose in title else f"{whose}: {title}"


def _opened(body: dict[str, Any]) -> str:
    return _what(body["incident"])


def _closed(body: dict[str, Any]) -> str:
    return _("Over: {what}").format(what=_what(body["incident"]))


def _ringing(body: dict[str, Any]) -> str:
    call = body["call"]
    words = _("{caller} rings at {agent}, queue {queue}")
    return words.format(caller=_caller(call), agent=_agent(call), queue=_place(call))


def _answered(body: dict[str, Any]) -> str:
    call = body["call"]
    words = _("{agent} answered {caller}, queue {queue}, after {seconds} s")
    seconds = call["wait_seconds"] or 0
    return words.format(agent=_agent(call), caller=_caller(call), queue=_place(call), seconds=seconds)


def _ended(body: dict[str, Any]) -> str:
    call = body["call"]
    if call["answered_at"]:
        words = _("{caller} and {agent} talked for {seconds} s, queue {queue}")
    else:
        words = _("{caller} left queue {queue} after {seconds} s without an answer")
    seconds = (call["talk_seconds"] if call["answered_at"] else call["wait_seconds"]) or 0
    return words.format(caller=_caller(call), agent=_agent(call), queue=_place(call), seconds=seconds)


def _test(body: dict[str, Any]) -> str:
    return _("Test message of UCM Dash, asked for by {person}").format(person=body["test"]["person"])


_SENTENCES: dict[Event, Callable[[dict[str, Any]], str]] = {
    Event.INCIDENT_OPENED: _opened,
    Event.INCIDENT_CLOSED: _closed,
    Event.CALL_RINGING: _ringing,
    Event.CALL_ANSWERED: _answered,
    Event.CALL_ENDED: _ended,
    Event.TEST: _test,
}
