"""What a page keeps of the frames it is sent: rows from snapshots and deltas alone, as a browser does."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from queues.live.state import TABLES

#: A page calls its board old when the worker has been silent for so long (static/js/freshness.js).
SILENCE = timedelta(seconds=3)


class Told:
    """What a page was told: `rows` by PBX, table and key, `places` the (epoch, seq) of each PBX, `frames` all."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []
        self.rows: dict[str, dict[str, dict[str, dict[str, Any]]]] = {}
        self.places: dict[str, tuple[int, int]] = {}

    def keys(self, pbx: str) -> dict[str, list[str]]:
        return {table: sorted(rows) for table, rows in self.rows[pbx].items() if rows}

    def apply(self, frame: dict[str, Any]) -> None:
        self.frames.append(frame)
        pbx = frame.get("pbx", "")
        if frame["type"] == "snapshot":
            if frame["part"] == 1:
                self.rows[pbx] = {table: {} for table in TABLES}
            for table, rows in frame["rows"].items():
                self.rows[pbx][table].update((row["key"], row) for row in rows)
            if frame["part"] == frame["parts"]:
                self.places[pbx] = (frame["epoch"], frame["seq"])
        elif frame["type"] == "delta":
            epoch, seq = self.places[pbx]
            assert (frame["epoch"], frame["seq"]) == (epoch, seq + 1), "the server must never skip or repeat a delta"
            for table, rows in frame["set"].items():
                self.rows[pbx][table].update((row["key"], row) for row in rows)
            for table, keys in frame["removed"].items():
                for key in keys:
                    del self.rows[pbx][table][key]
            self.places[pbx] = (frame["epoch"], frame["seq"])


class Freshness(Told):
    """A page that also knows whether it shows a PBX's board as live, and takes no harm from rows that came and went
    between two flushes."""

    def __init__(self) -> None:
        super().__init__()
        self._beat: dict[str, Any] = {"links": {}}

    def apply(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "beat":
            self._beat = frame
        if removed := frame.get("removed"):
            rows = self.rows[frame["pbx"]]
            known = {table: [key for key in keys if key in rows[table]] for table, keys in removed.items()}
            frame = {**frame, "removed": known}
        super().apply(frame)

    def is_live(self, pbx: str) -> bool:
        link = self.rows.get(pbx, {}).get("links", {}).get(pbx)
        heard = self._beat["links"].get(pbx)
        if link is None or heard is None or heard["worker_at"] is None:
            return False
        at, worker_at = (datetime.fromisoformat(text) for text in (self._beat["at"], heard["worker_at"]))
        return link["state"] == "up" and at - worker_at <= SILENCE
