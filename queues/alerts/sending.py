"""One try to send one message, to whatever kind of target, and how it went. No database: the worker's task and the test
button of a page do the same."""

from __future__ import annotations

from queues.alerts import templates
from queues.alerts.addresses import BadAddress
from queues.alerts.mail import NotSent, send
from queues.alerts.outbox import Claimed, Outcome
from queues.alerts.post import NoAnswer, post
from queues.alerts.signing import signed_headers
from queues.alerts.threads import in_daemon_thread
from queues.live.clock import now

#: Statuses that say no, but not for ever: too slow, too early, too many.
_LATER = frozenset({408, 425, 429})
_GONE = 410


async def try_once(message: Claimed) -> Outcome:
    """How it went, whatever that is: nothing is raised but cancellation."""
    return await (_mail(message) if message.hook is None else _post(message))


async def _mail(message: Claimed) -> Outcome:
    try:
        answer = await in_daemon_thread(send, message.body["id"], message.recipient, message.body)
    except NotSent as error:
        return Outcome(is_sent=False, answer=str(error), is_refused=error.is_refused)
    return Outcome(is_sent=True, answer=answer)


async def _post(message: Claimed) -> Outcome:
    try:
        body = templates.render(message.template, message.body)
        headers = {"Content-Type": "application/json", "User-Agent": "UCM-Dash"}
        signed = signed_headers(message.secret, message.body["id"], now(), body)
        answer = await post(message.url, headers | signed, body)
    except (BadAddress, templates.BadTemplate) as error:
        return Outcome(is_sent=False, answer=str(error), is_refused=True)
    except NoAnswer as error:
        return Outcome(is_sent=False, answer=str(error))
    if answer.is_taken:
        return Outcome(is_sent=True, answer=str(answer))
    return Outcome(
        is_sent=False,
        answer=str(answer),
        is_refused=300 <= answer.status < 500 and answer.status not in _LATER,
        is_gone=answer.status == _GONE,
        asked_seconds=answer.retry_after_seconds,
    )
