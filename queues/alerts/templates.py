"""Own shapes of a webhook's JSON, for receivers that want theirs: chat programs above all. Pure.

A template is JSON whose texts may hold `{placeholders}`. It is read as JSON first and filled in afterwards, text by
text, so nothing a caller is named can break out of its text. What chat programs would take for markup, a mention of
everybody above all, is escaped by `{name:slack}` and `{name:markdown}`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from queues.alerts.wording import sentence

#: What a template may name: `text` is our one sentence; of the rest some are empty, as the event has it.
PLACEHOLDERS = (
    "text", "id", "event", "at", "pbx", "queue", "queue_name", "agent", "agent_name",
    "title", "severity", "cause", "value", "limit", "worst", "breached_at", "opened_at", "closed_at", "acknowledged_by",
    "number", "name", "uniqueid", "linkedid", "joined_at", "answered_at", "ended_at", "wait_seconds", "talk_seconds",
    "outcome", "ended_by", "tries",
)  # fmt: skip
LONGEST = 10_000
#: How deep a template's JSON may be nested; cards of chat programs have some eight levels.
_DEEPEST = 20

#: What Slack takes in a hook's text, and a card of Teams by its workflow "Post to a channel when a webhook request is
#: received".
SLACK = '{"text": "{text:slack}"}'
TEAMS = """{
  "type": "message",
  "attachments": [{
    "contentType": "application/vnd.microsoft.card.adaptive",
    "content": {
      "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
      "type": "AdaptiveCard",
      "version": "1.4",
      "body": [{"type": "TextBlock", "wrap": true, "text": "{text:markdown}"}]
    }
  }]
}"""

_PLACEHOLDER = re.compile(r"\{([a-z_]+)(?::([a-z]+))?\}")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#~|<>!])")


class BadTemplate(Exception):
    """The message is a sentence for who wrote it."""


def _slack(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _markdown(text: str) -> str:
    """Behind an @ an invisible character, or it may be a mention."""
    return _MARKDOWN.sub(r"\\\1", text).replace("@", "@\u200b")


_ESCAPES: dict[str | None, Callable[[str], str]] = {None: str, "slack": _slack, "markdown": _markdown}


def check(template: str) -> None:
    """Errors: BadTemplate."""
    if len(template) > LONGEST:
        raise BadTemplate(_("The template is longer than {count} characters.").format(count=LONGEST))
    shape = _read(template)
    if not isinstance(shape, dict | list):
        raise BadTemplate(_("The template must be a JSON object or list."))
    _check(shape, 0)


def _read(template: str) -> Any:
    try:
        return json.loads(template, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        words = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        line = f", {_('line')} {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise BadTemplate(_("The template is not valid JSON: {words}").format(words=words + line)) from None


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _check(shape: Any, depth: int) -> None:
    if depth > _DEEPEST:
        raise BadTemplate(_("The template is nested too deeply."))
    if isinstance(shape, dict | list):
        for part in shape.values() if isinstance(shape, dict) else shape:
            _check(part, depth + 1)
    elif isinstance(shape, str):
        for name, escape in _PLACEHOLDER.findall(shape):
            if name not in PLACEHOLDERS or (escape or None) not in _ESCAPES:
                told = f"{{{name}{':' if escape else ''}{escape}}}"
                raise BadTemplate(_("{placeholder} is not known.").format(placeholder=told))


def render(template: str, body: dict[str, Any]) -> bytes:
    """The JSON to post: `body` as it is without a template, else the template with its values. Errors: BadTemplate."""
    if not template:
        return _json(body)
    values = values_of(body)
    return _json(_fill(_read(template), values))


def values_of(body: dict[str, Any]) -> dict[str, str]:
    """A text for each placeholder."""
    facts = {**body, **body.get("incident", {}), **body.get("call", {}), "text": sentence(body)}
    return {name: _text(facts.get(name)) for name in PLACEHOLDERS}


def _text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)


def _fill(shape: Any, values: dict[str, str]) -> Any:
    if isinstance(shape, dict):
        return {key: _fill(part, values) for key, part in shape.items()}
    if isinstance(shape, list):
        return [_fill(part, values) for part in shape]
    if isinstance(shape, str):
        return _PLACEHOLDER.sub(lambda found: _ESCAPES[found[2]](values[found[1]]), shape)
    return shape


def _json(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
