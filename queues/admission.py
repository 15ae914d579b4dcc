"""Who may have a socket, and for how long: sessions end, accounts are switched off, rights, teams and phones change.

Nobody needs to tell: once a second one round of queries says who the people at all sockets of this process are now,
whichever process, command or database client changed it. Who is not who they were is disconnected.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from channels.db import database_sync_to_async
from django.http import parse_cookie

from agents.auth import Credential, credential_of_headers
from agents.people import Identity, identities
from queues.clients import Client
from queues.screens import WallPass, Watcher, note_seen, wall_pass, watchers

logger = logging.getLogger(__name__)

Who = Identity | Watcher

#: Nobody is seen to have a right for much longer than this after it ended.
CHECK_SECONDS = 1.0
#: Not logged in, or not any more, or without any right here: the page goes to the login.
CLOSE_NOT_LOGGED_IN = 4401
#: The person's rights have changed: the page connects again and gets what it may see now.
CLOSE_RECONNECT = 4012


async def admitted(headers: Mapping[bytes, bytes], wall: str = "") -> tuple[Credential | WallPass, Who] | None:
    """Whose socket this is; None if nobody's, or of somebody without any right here. `wall`: the address of the
    wallboard that it is for."""
    credential: Credential | WallPass | None = credential_of_headers(headers)
    if wall:
        cookies = parse_cookie(headers.get(b"cookie", b"").decode("latin-1"))
        credential = wall_pass(wall, cookies, credential)
    who = (await _look_up({credential})).get(credential) if credential else None
    return (credential, who) if credential and who else None


async def dismissed(clients: Collection[Client]) -> list[tuple[Client, int]]:
    """Those of these clients that may not stay as they are, each with the code it is to be closed with."""
    people = await _look_up({client.credential for client in clients}) if clients else {}
    found = []
    for client in clients:
        identity = people.get(client.credential)
        if identity != client.identity:
            code = CLOSE_NOT_LOGGED_IN if identity is None else CLOSE_RECONNECT
            facts = {"user": client.identity.username, "code": code}
            logger.info("socket closed, rights have changed", extra={"facts": facts})
            found.append((client, code))
    return found


async def _look_up(credentials: Collection[Credential | WallPass]) -> dict[Credential | WallPass, Who]:
    return await database_sync_to_async(_who, thread_sensitive=False)(credentials, datetime.now(UTC))


def _who(credentials: Collection[Credential | WallPass], at: datetime) -> dict[Credential | WallPass, Who]:
    people = identities({proof for proof in credentials if isinstance(proof, Credential)}, at)
    walls = watchers({proof for proof in credentials if isinstance(proof, WallPass)}, at)
    note_seen(walls.values(), at)
    return {**people, **walls}
