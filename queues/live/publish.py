"""Messages from the worker to the web processes, over the channel layer, after the database has committed.

A message may be lost (a layer delivers at most once): every one names epoch and seq, so that a hub notices a gap
and reads the database instead. A layer that fails is logged once and never stops the worker.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

import orjson
from channels.layers import get_channel_layer

from agents.models import Command
from queues import metrics
from queues.live.clock import now
from queues.live.state import Change
from queues.live.wire import delta_frame
from queues.supervision import heed_cancel

logger = logging.getLogger(__name__)

#: The group of all web processes' hubs.
BOARD_GROUP = "board"
#: A flush of more bytes is not sent along: the hubs read the whole board from the database. Three quarters of what
#: Daphne takes for a frame; a thousand agents who change at once are less.
LARGEST_DELTA = 768 * 1024


class Publisher:
    """Sends what one worker run has committed."""

    def __init__(self, pbx: str, epoch: int) -> None:
        self.pbx = pbx
        self.epoch = epoch
        self._is_broken = False

    async def delta(self, seq: int, at: datetime, changes: list[Change]) -> None:
        """One flush. `text` is the browser's frame, "" when it is too large to send along."""
        frame = delta_frame(self.pbx, self.epoch, seq, at, changes)
        text = frame.decode() if len(frame) <= LARGEST_DELTA else ""
        await self._send({"type": "board.delta", "pbx": self.pbx, "epoch": self.epoch, "seq": seq, "text": text})

    async def beat(self, seq: int, at: datetime, heard_at: datetime | None) -> None:
        """A sign of life: the worker runs, the board up to `seq` is saved, the PBX was last heard then."""
        heard = heard_at.isoformat() if heard_at else None
        await self._send(
            {
                "type": "board.beat",
                "pbx": self.pbx,
                "epoch": self.epoch,
                "seq": seq,
                "at": at.isoformat(),
                "heard_at": heard,
            }
        )

    async def result(self, command: Command) -> None:
        """How a command stands, for the pages of whoever asked."""
        text = orjson.dumps(
            {
                "type": "command",
                "id": command.pk,
                "kind": command.kind,
                "state": command.state,
                "message": command.message,
                "progress": command.progress,
            }
        ).decode()
        await self._send({"type": "command.result", "user_id": command.requested_by_id, "text": text})

    async def _send(self, message: dict[str, Any]) -> None:
        layer = get_channel_layer()
        try:
            await heed_cancel(layer.group_send(BOARD_GROUP, message))
        except Exception as error:
            # Whatever a layer raises (redis, sockets, full channels): pages fall back on the database.
            metrics.LAYER_FAILURES.labels("worker").inc()
            if not self._is_broken:
                facts = {"pbx": self.pbx, "error": str(error)}
                logger.warning("pages cannot be told, trying on", extra={"facts": facts})
            self._is_broken = True
        else:
            if self._is_broken:
                logger.info("pages are told again", extra={"facts": {"pbx": self.pbx}})
            self._is_broken = False


async def tell_ended(command: Command, publisher: Publisher, action_id: str = "") -> None:
    """Tell whoever wants to know, people and machines, how a command ended, once that is saved. What exactly was
    asked, numbers included, is in its row, which the log names."""
    metrics.COMMANDS.labels(command.pbx, command.kind, command.state).inc()
    facts = {"pbx": command.pbx, "command": command.pk, "kind": command.kind, "by": command.requested_by_id}
    facts |= {"agent": command.agent_id, "action": action_id or None}
    facts |= {"seconds": round((now() - command.requested_at).total_seconds(), 3)}
    logger.info("command %s", command.state, extra={"facts": facts})
    await publisher.result(command)
