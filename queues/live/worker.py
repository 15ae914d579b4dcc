"""The background worker of one PBX: holds the lease, keeps the connection, and has the board saved and told.

    lease → board from the database → connect → `session` (events, polls) → `flusher` → database, then pages
                                                  commands from the database → `commander` → PBX

Runs for ever; `run` is the only entrance. The tasks share one event loop, blocking database work has one thread
of its own. When another worker takes the lease, this one stops at once and stands by.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.utils.timezone import get_default_timezone

from agents import services
from queues import owing
from queues.alerts.delivery import Delivery
from queues.ami.client import Address, Backoff, Client, Patience, connect
from queues.ami.errors import AmiError, LoginRefused, NotGreeted
from queues.ear import listening
from queues.history import calls_of_days
from queues.live import store
from queues.live.claims import lapse
from queues.live.clerk import Clerk
from queues.live.clock import now
from queues.live.commander import Commander
from queues.live.database import DatabaseThread
from queues.live.faults import in_words
from queues.live.flusher import Flusher
from queues.live.lease import Database, Lease, take_lease
from queues.live.meter import Meter
from queues.live.owed import recall as recall_calls
from queues.live.pausing import recall, unseen_pauses
from queues.live.publish import Publisher, tell_ended
from queues.live.reducer import adopt, apply_calls, apply_link, apply_settings, apply_wait, apply_wishes
from queues.live.session import Session
from queues.live.state import Board, Change, LinkRow, LinkState
from queues.selectors import load_board
from queues.wishes import load_wishes

logger = logging.getLogger(__name__)

#: Seconds between signs of life, and between renewals of the lease.
BEAT_SECONDS = 1.0
RENEW_SECONDS = 2.0
#: After a fault of the database the lease is renewed as soon as may be: without it nothing is shown as live or done.
RETRY_SECONDS = 0.5
#: Commands are looked for so often even when no wake-up comes, and at most so often when one is due.
COMMAND_SECONDS = 1.0
COMMAND_GAP_SECONDS = 0.05

REFUSED_HINT = (
    "The PBX refused the login ({words}). Check the user name, the secret, and the permitted IP addresses of the "
    "AMI user: a UCM refuses every address while that list is empty."
)


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a worker does things. `poll_seconds` None: what suits the dialect. `patience` with the PBX."""

    poll_seconds: float | None = None
    flushes_per_second: float = 5.0
    patience: Patience = field(default_factory=Patience)


async def run(pbx: str, address: Address, pace: Pace = Pace()) -> None:
    """Be the worker of `pbx`, or its standby, until cancelled. Our own faults restart the run, with a pause."""
    database = DatabaseThread(pbx)
    holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    try:
        while True:
            try:
                await _stand_by_and_lead(pbx, address, pace, holder, database)
            except* store.LeaseLost:
                logger.warning("lease lost to another worker, standing by", extra={"facts": {"pbx": pbx}})
            except* DatabaseError as group:
                facts = {"pbx": pbx, "error": in_words(group)}
                logger.error("database failed, starting again", extra={"facts": facts})
                await asyncio.sleep(1)
            except* Exception:
                logger.exception("worker failed, starting again", extra={"facts": {"pbx": pbx}})
                await asyncio.sleep(2)
    finally:
        database.close()


async def _stand_by_and_lead(pbx: str, address: Address, pace: Pace, holder: str, database: Database) -> None:
    lease = await take_lease(pbx, holder, database)
    board = adopt(await database(load_board, pbx))
    recall(board, await database(unseen_pauses, pbx, now()))
    await Run(board, address, pace, lease, database).lead()


class Run:
    """One worker run: from taking the lease to losing it."""

    def __init__(self, board: Board, address: Address, pace: Pace, lease: Lease, database: Database) -> None:
        self.pbx = board.pbx
        self.board = board
        self.address = address
        self.pace = pace
        self.lease = lease
        self.database = database
        self.publisher = Publisher(board.pbx, lease.epoch)
        self.meter = Meter(board.pbx)
        #: It works beside the board, so its look-ups must not stand in line with the board's.
        self.messages_database = DatabaseThread(f"{board.pbx}-messages")
        self.delivery = Delivery(board.pbx, self.messages_database)
        self.flusher = Flusher(
            board,
            self.publisher,
            self.meter,
            database=database,
            flushes_per_second=pace.flushes_per_second,
            wake_delivery=self.delivery.wake,
        )
        self.clerk = Clerk(
            board,
            self.publisher,
            database=database,
            may_act=lease.may_act,
            changed=self.changed,
            until_saved=self.flusher.until_saved,
        )
        self.session: Session | None = None
        self.client: Client | None = None
        self._wake = asyncio.Event()
        self._wake_clerk = asyncio.Event()
        self._link_state: LinkState | None = None
        #: When the attempt under way was logged in, by the loop's clock.
        self._logged_in_at: float | None = None

    def changed(self, changes: Iterable[Change]) -> None:
        self.flusher.add(changes)
        if (link := self.board.link) is not None and link.state is not self._link_state:
            self._link_state = link.state
            self.meter.link_changed(link.state)
            _log_link(link)

    async def lead(self) -> None:
        try:
            await self._lead()
        finally:
            self.meter.end()
            self.messages_database.close()

    async def _lead(self) -> None:
        for command in await self.database(services.mark_unanswered_unknown, self.pbx, self.lease.epoch, now()):
            await tell_ended(command, self.publisher)
        self._tell(LinkState.CONNECTING, warnings=self.address.warnings)
        await self._load_settings()
        await self._load_calls()
        unfollowed = await self.database(owing.unfollowed, self.pbx, now())
        self.changed(recall_calls(self.board, now(), *unfollowed))
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.flusher.flush_forever(), name="flush")
                tasks.create_task(self._beat_forever(), name="beat")
                tasks.create_task(self._keep_up_forever(), name="lease")
                tasks.create_task(self._hear_wake_ups(), name="wake-ups")
                tasks.create_task(self._connect_forever(), name="link")
                tasks.create_task(self._clerk_forever(), name="clerk")
                tasks.create_task(self.delivery.deliver_forever(), name="messages")
        except asyncio.CancelledError:
            await self._stop()
            raise

    def _log_fault(self, message: str, error: BaseException) -> None:
        logger.warning(message, extra={"facts": {"pbx": self.pbx, "error": in_words(error)}})

    async def _stop(self) -> None:
        """Leave orderly: the board says that nobody watches the PBX now, another worker may take over at once."""
        self._tell(LinkState.DOWN, error="The worker of this PBX was stopped.")
        try:
            async with asyncio.timeout(2):
                await self.flusher.flush()
                await self.lease.release()
        except (store.LeaseLost, DatabaseError, TimeoutError) as error:
            self._log_fault("not left orderly", error)

    # --- the link ----------------------------------------------------------------------------------------------

    def _tell(self, state: LinkState, **told: Any) -> None:
        self.changed(apply_link(self.board, now(), state, **told))

    async def _connect_forever(self) -> None:
        backoff = Backoff()
        while True:
            self._logged_in_at = None
            wait = 0.0
            try:
                await self._connect_once()
            except* LoginRefused as group:
                self._tell(LinkState.REFUSED, error=REFUSED_HINT.format(words=in_words(group).rstrip(".")))
                wait = backoff.next_wait(refused=True)
            except* NotGreeted as group:
                self._tell(LinkState.DOWN, error=in_words(group))
                wait = backoff.next_wait(greeted=False)
            except* AmiError as group:
                self._tell(LinkState.DOWN, error=in_words(group))
                wait = backoff.next_wait(up_seconds=self._up_seconds())
            await asyncio.sleep(wait)

    def _up_seconds(self) -> float:
        """How long ago the login of this attempt was; 0 without one."""
        return asyncio.get_running_loop().time() - self._logged_in_at if self._logged_in_at is not None else 0.0

    async def _connect_once(self) -> None:
        """Connect, serve, and clean up; returns only by raising."""
        client = await connect(self.address, patience=self.pace.patience)
        self._logged_in_at = asyncio.get_running_loop().time()
        try:
            session = Session(
                self.board,
                client,
                changed=self.changed,
                dialect_override=self.address.dialect,
                poll_seconds=self.pace.poll_seconds,
            )
            await session.start()
            commander = Commander(
                self.board,
                client,
                session.dialect,
                epoch=self.lease.epoch,
                database=self.database,
                publisher=self.publisher,
                may_act=self.lease.may_act,
                changed=self.changed,
                look_again=session.look_again,
            )
            self.client, self.session = client, session
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(session.run(commander.following.heard), name="session")
                tasks.create_task(commander.following.tell_forever(), name="following")
                tasks.create_task(self._command_forever(commander, tasks), name="commands")
        finally:
            self.client = self.session = None
            await client.close()
            self.meter.read(client.counters, client.heard_at)

    async def _command_forever(self, commander: Commander, tasks: asyncio.TaskGroup) -> None:
        has_begun = False
        while True:
            self._wake.clear()
            due_at = None
            try:
                if not has_begun:
                    await commander.give_up_orphans()
                    has_begun = True
                due_at = await commander.send_due(tasks)
            except DatabaseError as error:
                self._log_fault("commands cannot be read", error)
            seconds = (due_at - now()).total_seconds() if due_at else COMMAND_SECONDS
            try:
                async with asyncio.timeout(min(max(seconds, COMMAND_GAP_SECONDS), COMMAND_SECONDS)):
                    await self._wake.wait()
            except TimeoutError:
                pass

    async def _clerk_forever(self) -> None:
        while True:
            self._wake_clerk.clear()
            try:
                await self.clerk.work_off()
            except DatabaseError as error:
                self._log_fault("requests to the board cannot be read", error)
            try:
                async with asyncio.timeout(COMMAND_SECONDS):
                    await self._wake_clerk.wait()
            except TimeoutError:
                pass

    # --- what goes on beside it ---------------------------------------------------------------------------------

    async def _beat_forever(self) -> None:
        while True:
            if self.session is not None:
                self.session.tick()
            else:
                self.changed(apply_wait(self.board, now()))
            if self.client is not None:
                self.meter.read(self.client.counters, self.client.heard_at)
            self.changed(lapse(self.board, now()))
            if self.lease.may_act():
                await self.flusher.beat(self._heard_at())
            await asyncio.sleep(BEAT_SECONDS)

    def _heard_at(self) -> datetime | None:
        return self.client.heard_at if self.client is not None else None

    async def _keep_up_forever(self) -> None:
        """Keep the lease, read what people changed in the admin, and give up on overdue commands."""
        while True:
            try:
                await self.lease.renew(self._heard_at())
                # Only what was lacking two seconds ago: what has changed since then had time to be saved.
                await self._load_calls()
                await self._load_settings()
                for command in await self.database(services.expire_overdue, now()):
                    await tell_ended(command, self.publisher)
            except DatabaseError as error:
                self._log_fault("lease not renewed", error)
                await asyncio.sleep(RETRY_SECONDS)
            else:
                # One that had to wait for a slow database is soon over.
                await asyncio.sleep(RENEW_SECONDS if self.lease.may_act() else 0)

    async def _load_settings(self) -> None:
        names, left, queues = await self.database(store.load_settings, self.pbx)
        told = {"display_names": names, "left_queues": left, "queues": queues, "zone": get_default_timezone()}
        told["region"] = settings.PHONE_REGION
        told["pause_limits"] = await self.database(store.pause_limits)
        self.changed(apply_settings(self.board, now(), **told))
        self.changed(apply_wishes(self.board, now(), await self.database(load_wishes, self.pbx)))

    async def _load_calls(self) -> None:
        """The saved calls of the day, for queues whose day has just come to be counted or begins earlier now."""
        if lacking := self.board.memory.ledger.lacking():
            calls = await self.database(calls_of_days, self.pbx, lacking)
            self.changed(apply_calls(self.board, now(), calls, lacking))

    async def _hear_wake_ups(self) -> None:
        """Wait for word that a command was queued. A broken layer only makes commands a second slower."""
        while True:
            try:
                async with listening(services.WAKE_UP_GROUP, "worker") as ear:
                    while True:
                        if (await ear.hear()).get("pbx") == self.pbx:
                            self._wake.set()
                            self._wake_clerk.set()
            except Exception as error:
                self._log_fault("wake-ups are not heard, trying again", error)
                await asyncio.sleep(2)


def _log_link(link: LinkRow) -> None:
    facts = {"pbx": link.pbx}
    if link.state is LinkState.UP:
        facts |= {"dialect": link.dialect, "version": link.version}
    elif link.error:
        facts |= {"error": link.error}
    is_bad = link.state in (LinkState.DOWN, LinkState.REFUSED)
    logger.log(logging.WARNING if is_bad else logging.INFO, "link %s", link.state.value, extra={"facts": facts})
