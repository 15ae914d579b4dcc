"""JSON endpoint of the board: all that a person may see, at this moment."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router

from agents.api import Detail
from queues.api_asking import scope_of
from queues.live.state import TABLES
from queues.mirror import tables_of
from queues.selectors import load_boards
from queues.visibility import may_see_link, visible_tables

router = Router()


@router.get("/board", response={200: dict[str, list[dict[str, Any]]], 401: Detail, 403: Detail})
def board(request: HttpRequest) -> HttpResponse:
    """All rows you may see: `links`, `queues`, `members`, `callers`, `agents`. Instants are ISO 8601 UTC."""
    scope = scope_of(request)
    rows: dict[str, list[dict[str, Any]]] = {table: [] for table in TABLES}
    at = timezone.now()
    for saved in load_boards():
        if may_see_link(scope, saved.board.pbx):
            visible = visible_tables(scope, saved.board.pbx, tables_of(saved.as_of(at)))
            for table in TABLES:
                rows[table].extend(visible[table].values())
    return HttpResponse(orjson.dumps(rows), content_type="application/json")
