"""People who click, and what must be true of everything they asked for: sent once at most, in time, and ended."""

from __future__ import annotations

import asyncio
import random
from collections import Counter, defaultdict
from typing import Any

from agents.models import Command
from tests.soak.installations import PBX, Installation
from tests.soak.page import WatchingPage
from tests.soak.pbxs import Span
from tests.support.faults_line import Line

#: From a request until it must have ended: ten seconds to be sent, and the PBX's to answer a call that rings.
END_SECONDS = 60.0
#: Between reading the clock and the byte on the wire, on a busy machine.
LATE_SECONDS = 2.0


class People:
    """`answers` counts what the API said to their requests."""

    def __init__(
        self, installation: Installation, page: WatchingPage, numbers: tuple[str, ...], chance: random.Random
    ) -> None:
        self.answers: Counter[str] = Counter()
        self._installation, self._page, self._numbers, self._chance = installation, page, numbers, chance

    async def click(self) -> None:
        """Somebody wants something every few seconds, for ever."""
        while True:
            await asyncio.sleep(self._chance.uniform(2, 8))
            asked = self._chance.choice((self._pause, self._pause, self._dial, self._hang_up))()
            if asked is not None:
                status, _ = await self._installation.ask("POST", *asked)
                self.answers["nobody answered" if status == 0 else str(status)] += 1

    def _agents(self) -> list[dict[str, Any]]:
        return [row for row in self._page.tables.get("agents", {}).values() if row["member_count"] and row["id"]]

    def _pause(self) -> tuple[str, dict[str, Any]] | None:
        if not (agents := self._agents()):
            return None
        agent = self._chance.choice(agents)
        if agent["paused_count"]:
            return f"/api/v1/agents/{agent['id']}/unpause", {"queue": None}
        return f"/api/v1/agents/{agent['id']}/pause", {"queue": None, "reason": "Lunch"}

    def _dial(self) -> tuple[str, dict[str, Any]] | None:
        free = [agent for agent in self._agents() if agent["state"] in ("available", "paused")]
        if not free:
            return None
        return "/api/v1/calls/originate", {
            "agent": self._chance.choice(free)["id"],
            "number": self._chance.choice(self._numbers),
        }

    def _hang_up(self) -> tuple[str, dict[str, Any]] | None:
        """Agents' own calls first, or those that were dialled would never end."""
        calls = [agent["call_uniqueid"] for agent in self._agents() if agent["state"] == "other_call"]
        calls += [] if calls else list(self._page.tables.get("callers", {}))
        calls = [uniqueid for uniqueid in calls if uniqueid]
        return ("/api/v1/calls/hangup", {"pbx": PBX, "uniqueid": self._chance.choice(calls)}) if calls else None


def wrong_commands(line: Line, at: float, frozen: list[Span]) -> list[str]:
    """Sentences about commands sent twice, late, without having been claimed, or that never ended. Blocking.

    `at` is now; what was under way in a `frozen` span came late through no fault of ours."""
    sent: dict[int, list[tuple[str, float]]] = defaultdict(list)
    for action in line.actions:
        _, found, rest = action.get("actionid", "").partition("-command-")
        if found:
            sent[int(rest.partition("-")[0])].append((rest, action.at))
    wrong = []
    for command in Command.objects.all():
        labels = [label for label, _ in sent[command.pk]]
        facts = f"command {command.pk} ({command.kind}, {command.state})"
        if len(labels) != len(set(labels)):
            wrong.append(f"{facts}: sent {labels}")
        if command.state in ("expired", "queued", "undone") and labels:
            wrong.append(f"{facts}: sent although it was not to be")
        if command.state == "done" and not labels:
            wrong.append(f"{facts}: never sent")
        for label, sent_at in sent[command.pk]:
            is_held_up = any(start <= sent_at <= end + LATE_SECONDS for start, end in frozen)
            if sent_at > command.expires_at.timestamp() + LATE_SECONDS and not is_held_up:
                wrong.append(f"{facts}: {label} sent {sent_at - command.expires_at.timestamp():.1f} s late")
        if command.finished_at is None and at - command.requested_at.timestamp() > END_SECONDS:
            wrong.append(f"{facts}: has not ended")
    return wrong


def command_states() -> dict[str, int]:
    """How many commands ended how. Blocking."""
    return dict(Counter(Command.objects.values_list("state", flat=True)))
