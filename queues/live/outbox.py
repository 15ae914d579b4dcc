"""Changes made but not yet saved, one per row: however fast a row changes, one flush carries its last state. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from queues.live.state import Change


class Outbox:
    """Coalesces changes by table and key, keeping the order in which rows last changed."""

    def __init__(self) -> None:
        self._changes: dict[tuple[str, str], Change] = {}

    def add(self, changes: Iterable[Change]) -> None:
        for change in changes:
            key = (change.table, change.key)
            self._changes.pop(key, None)
            self._changes[key] = change

    def take(self) -> list[Change]:
        """Everything, and nothing is left."""
        taken = list(self._changes.values())
        self._changes.clear()
        return taken

    def put_back(self, changes: Iterable[Change]) -> None:
        """Return what could not be saved: it is older than what has come since."""
        newer = list(self._changes.values())
        self._changes.clear()
        self.add(changes)
        self.add(newer)
