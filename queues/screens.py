"""Who looks at a wallboard: a TV by the token in its cookie, or a person by their session.

A TV's token opens one board and nothing else: no API, no other page, no other address of the socket. The database
keeps its SHA-256. Each look says who the screens at all sockets of this process are now, so that a board that was
changed or a screen that was revoked takes effect by itself, as `agents.people` has it for people.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from agents.auth import Credential, people_of
from agents.permissions import Scope, visible_scopes
from agents.tokens import digest_of
from queues.models import Screen, WallBoard
from queues.walls import Wall, scope_on_wall, wall_for, wall_of

SCREEN_COOKIE = "ucmdash_screen"
#: So often a screen that is there is noted as seen.
SEEN_EVERY = timedelta(seconds=20)
#: A screen that was seen so lately is there.
SEEN_LATELY = timedelta(seconds=60)
_SLUG = re.compile(r"[-\w]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class WallPass:
    """What somebody shows to look at the board `slug`: the digest of a screen's token, or a person's credential."""

    slug: str
    screen_digest: str = ""
    person: Credential | None = None


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who looks at a board, as of the last look at the database. `username` is for the log; nobody's requests are
    theirs, so no results of any are told."""

    username: str
    wall: Wall
    scope: Scope
    user_id: int = 0
    screen_id: int | None = None


def wall_pass(slug: str, cookies: Mapping[str, str], person: Credential | None) -> WallPass | None:
    """What is shown with these cookies; None if nothing, or nothing that could be a board's address."""
    token = cookies.get(SCREEN_COOKIE, "")
    if not _SLUG.fullmatch(slug) or not (token or person):
        return None
    return WallPass(slug, digest_of(token) if token else "", person)


def watchers(passes: Collection[WallPass], at: datetime) -> dict[WallPass, Watcher]:
    """Who shows these at this time, in some ten queries for all of them; those who may not look are left out."""
    if not passes:
        return {}
    walls = {board.slug: wall_of(board) for board in WallBoard.objects.filter(slug__in={one.slug for one in passes})}
    screens = _screens(one.screen_digest for one in passes)
    scopes = _scopes_of({one.person for one in passes if one.person is not None}, at)
    found: dict[WallPass, Watcher] = {}
    for shown in passes:
        wall, screen = walls.get(shown.slug), screens.get(shown.screen_digest)
        if wall is None:
            continue
        if screen is not None and screen.board is not None and screen.board.slug == shown.slug:
            found[shown] = Watcher(f"screen {screen.pk}", wall, scope_on_wall(wall), screen_id=screen.pk)
        elif shown.person in scopes:
            name, scope = scopes[shown.person]
            seen = wall_for(scope, wall)
            if seen is not None:
                found[shown] = Watcher(name, seen, scope_on_wall(seen))
    return found


def note_seen(present: Iterable[Watcher], at: datetime) -> None:
    """Note that these screens are there; written now and then only."""
    ids = {watcher.screen_id for watcher in present if watcher.screen_id is not None}
    if not ids:
        return
    seen = Screen.objects.filter(pk__in=ids)
    late = [pk for pk, last in seen.values_list("pk", "last_seen_at") if last is None or last <= at - SEEN_EVERY]
    if late:
        Screen.objects.filter(pk__in=late).update(last_seen_at=at)


def screen_of(token: str) -> Screen | None:
    """The screen with this token, unless it was revoked."""
    return _screens([digest_of(token)]).get(digest_of(token)) if token else None


def make_screen(at: datetime, **fields: Any) -> str:
    """A new screen's token, the only time it can be read."""
    token = secrets.token_urlsafe(32)
    Screen.objects.create(digest=digest_of(token), paired_at=at, **fields)
    return token


def _screens(digests: Iterable[str]) -> dict[str, Screen]:
    wanted = {digest for digest in digests if digest}
    if not wanted:
        return {}
    found = Screen.objects.filter(digest__in=wanted, revoked_at=None).select_related("board")
    return {screen.digest: screen for screen in found}


def _scopes_of(credentials: Collection[Credential], at: datetime) -> dict[Credential | None, tuple[str, Scope]]:
    if not credentials:
        return {}
    people = people_of(credentials, at)
    scopes = visible_scopes(people.values())
    return {proof: (user.get_username(), scopes[user.pk]) for proof, user in people.items() if user.pk in scopes}
