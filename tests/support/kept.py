"""What a page keeps of the frames it is sent: rows from snapshots and deltas alone, as a browser does."""

from __future__ import annotations

from typing import Any

from queues.live.state import TABLES


class Told:
    """What a page was told: `rows` by PBX, table and key, `places` the (epoch, seq) of each PBX, `frames` all."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []
        self.rows: dict[str, dict[str, dict[str, dict[str, Any]]]] = {}
        self.places: dict[str, tuple[int, int]] = {}

    def keys(self, pbx: str) -> dict[str, list[str]]:
        return {table: sorted(rows) for table, rows in self.rows[pbx].items()}

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
