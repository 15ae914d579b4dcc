"""JSON endpoints that explain the figures of the day: of a queue, of an agent, and how often a caller has tried.

Each answers with the figure as the board has it, its words, its window, and the calls behind it. Whoever watches a
queue sees all its calls; agents see the calls they took; of other queues and agents nothing is there (404).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from django.db.models import F, Value
from django.db.models.functions import Coalesce, NullIf
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema
from ninja.errors import HttpError
from pydantic import Field

from agents import permissions
from agents.floor import LiveCall
from agents.models import Agent
from agents.permissions import Scope
from queues.api_asking import ERRORS, Line, asker, scope_of
from queues.explaining import Behind, Explanation, Figure, counts, explain, told_by_pbx, words
from queues.history import day_began, days, earlier_visits, latest_call, shown_calls
from queues.live.figures import Terms, fact_of, share_of
from queues.models import Queue
from queues.selectors import queues_of

router = Router()

Limit = Annotated[int, Field(ge=1, le=1000)]


class CallOut(Schema):
    """A call. `outcome` is null while it lives; `counts` says what it counts for, see `queues.explaining.counts`."""

    pbx: str
    uniqueid: str
    queue: str
    joined_at: datetime
    number: str
    name: str
    wait_seconds: int | None
    talk_seconds: int | None
    outcome: str | None
    ended_by: str
    agent: str
    agent_interface: str
    tries: int
    counts: dict[str, bool]


class FigureOut(Schema):
    """`value` is null where nothing happened. Of percentages (times 100) and means it is `part` divided by `total`;
    `total` counts the calls behind the figure, of which you may not see `hidden`, and `calls` are the newest (of
    the longest wait the longest) of the others. `pbx_value` is what the PBX tells of the same, `pbx_words` how."""

    figure: str
    words: str
    since: datetime
    until: datetime
    value: float | None
    part: int | None
    total: int
    hidden: int
    calls: list[CallOut]
    pbx_value: float | None
    pbx_words: str


@router.get("/queues/{pbx}/{number}/calls", response={200: FigureOut, **ERRORS})
def queue_calls(
    request: HttpRequest,
    pbx: Line,
    number: Line,
    figure: Figure = Figure.OFFERED,
    limit: Limit = 200,
) -> Any:
    """A figure of the queue's day, with the calls it is made of."""
    scope, now = scope_of(request), timezone.now()
    queue = _queue(scope, pbx, number)
    terms = _terms(queue)
    since = day_began(queue, now)
    explained = explain(figure, shown_calls(queue.pbx, {queue.number: since}), terms)
    pbx_value, pbx_words = told_by_pbx(figure, queue)
    return _told(
        scope,
        explained,
        {queue.number: terms},
        limit,
        figure=figure,
        words=words(figure, terms),
        since=since,
        until=now,
        pbx_value=pbx_value,
        pbx_words=pbx_words,
    )


@router.get("/agents/{int:agent_id}/calls", response={200: FigureOut, **ERRORS})
def agent_calls(request: HttpRequest, agent_id: int, limit: Limit = 200) -> Any:
    """The queue calls this agent took today; `part` is how long they talked, in seconds."""
    asked = asker(request)
    agent, _queues = asked.agent(agent_id)
    since = days(agent.pbx, asked.at)
    taken = shown_calls(agent.pbx, since, agent_interface=agent.interface)
    explained = explain(Figure.ANSWERED, taken, Terms())
    return _told(
        asked.scope,
        Explanation(
            value=len(explained.behind),
            part=sum(one.share.talk_seconds for one in explained.behind),
            total=len(explained.behind),
            behind=explained.behind,
        ),
        _terms_by_queue(agent.pbx),
        limit,
        figure="calls_today",
        words=_("Callers of queues whom this agent answered, each since the hour at which the queue's day begins."),
        since=min(since.values(), default=asked.at),
        until=asked.at,
    )


@router.get("/calls/visits", response={200: FigureOut, **ERRORS})
def visits(request: HttpRequest, pbx: Line, uniqueid: Line, limit: Limit = 200) -> Any:
    """The calls of the same number today before this one; a number that is withheld is nobody's."""
    scope, now = scope_of(request), timezone.now()
    call = latest_call(pbx, uniqueid)
    if call is None or not permissions.may_see_call(
        scope,
        pbx,
        LiveCall(call.uniqueid, call.queue, call.channel, call.agent_interface),
        queues_of(pbx, scope.interfaces),
    ):
        raise HttpError(404, _("There is no such call."))
    since = days(pbx, now)
    terms = _terms_by_queue(pbx)
    facts = [(row, fact_of(row)) for row in earlier_visits(call, since)]
    behind = [Behind(row, fact, share_of(fact, terms[row.queue])) for row, fact in facts]
    return _told(
        scope,
        Explanation(value=len(behind), part=None, total=len(behind), behind=behind),
        terms,
        limit,
        figure="visits",
        words=_("Other calls of the same number to the queues of this PBX today, before this one."),
        since=min(since.values(), default=now),
        until=call.joined_at,
    )


def _queue(scope: Scope, pbx: str, number: str) -> Queue:
    """The queue if the board shows it to them. Errors: 404."""
    queue = Queue.objects.filter(pbx=pbx, number=number.lower(), is_on_board=True).first()
    if queue is not None and (
        permissions.watches(scope, pbx, queue.number) or queue.number in queues_of(pbx, scope.interfaces)
    ):
        return queue
    raise HttpError(404, _("There is no such queue."))


def _terms(queue: Queue) -> Terms:
    return Terms(queue.target_seconds, queue.target_formula, queue.target_short_seconds)


def _terms_by_queue(pbx: str) -> dict[str, Terms]:
    return {queue.number: _terms(queue) for queue in Queue.objects.filter(pbx=pbx)}


def _told(scope: Scope, explained: Explanation, terms: dict[str, Terms], limit: int, **told: Any) -> dict[str, Any]:
    """The answer, with those calls behind the figure that exist for this person."""
    seen = [
        one
        for one in explained.behind
        if permissions.watches(scope, one.call.pbx, one.call.queue)
        or (one.call.pbx, one.call.agent_interface) in scope.interfaces
    ]
    names = _names(seen[:limit])
    return {
        "value": explained.value,
        "part": explained.part,
        "total": explained.total,
        "hidden": explained.total - len(seen),
        "calls": [_call(one, terms[one.call.queue], names) for one in seen[:limit]],
        "pbx_value": None,
        "pbx_words": "",
        **told,
    }


def _names(seen: Iterable[Behind]) -> dict[tuple[str, str], str]:
    """Who sits behind the phones that took these calls."""
    interfaces = {one.call.agent_interface for one in seen} - {""}
    shown = Coalesce(NullIf(F("display_name"), Value("")), F("name"))
    agents = Agent.objects.filter(interface__in=interfaces).values_list("pbx", "interface", shown)
    return {(pbx, interface): name for pbx, interface, name in agents}


def _call(one: Behind, terms: Terms, names: dict[tuple[str, str], str]) -> dict[str, Any]:
    call = one.call
    return {
        "pbx": call.pbx,
        "uniqueid": call.uniqueid,
        "queue": call.queue,
        "joined_at": call.joined_at,
        "number": call.number,
        "name": call.name,
        "wait_seconds": one.fact.wait_seconds,
        "talk_seconds": one.fact.talk_seconds,
        "outcome": call.outcome,
        "ended_by": call.ended_by,
        "agent": names.get((call.pbx, call.agent_interface), ""),
        "agent_interface": call.agent_interface,
        "tries": call.tries,
        "counts": counts(one, terms),
    }
