"""Processes of the test PBX: started in the background, stopped by pid and start time, never by name.

A record beside the log (`NAME.pid`: pid and start time) outlives a test run that was killed, so that the next one
can end what it left behind and nothing else.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path


class Process:
    """One background program with its log and its pid record under `run`."""

    def __init__(self, run: Path, name: str) -> None:
        self.name = name
        self.log = run / f"{name}.log"
        self._record = run / f"{name}.pid"
        self._child: subprocess.Popen[bytes] | None = None

    def start(self, command: Sequence[str], **options: object) -> None:
        """Starts `command` in a session of its own; one left over from an earlier run is killed first."""
        self.kill()
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(  # type: ignore[call-overload]
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **options
            )
        self._record.write_text(f"{self._child.pid} {_start_time(self._child.pid)}")

    @property
    def pid(self) -> int | None:
        """The pid of the running process, None if it has ended."""
        if self._child and self._child.poll() is not None:
            return None
        if not self._record.exists():
            return None
        pid, started = self._record.read_text().split()
        return int(pid) if _start_time(int(pid)) == started else None

    def signal(self, number: signal.Signals) -> None:
        if pid := self.pid:
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def wait_ended(self, seconds: float) -> bool:
        """True once the process is gone, False if it still runs after `seconds`."""
        deadline = time.monotonic() + seconds
        while self.pid:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def stop(self, seconds: float = 5) -> bool:
        """SIGTERM, then SIGKILL if it has not ended within `seconds`; whether it ended by itself."""
        self.signal(signal.SIGTERM)
        if self.wait_ended(seconds):
            return True
        self.kill()
        return False

    def kill(self) -> None:
        """SIGKILL: no goodbyes, no flushing, as a power cut or the OOM killer does it."""
        self.signal(signal.SIGKILL)
        self.wait_ended(5)


def _start_time(pid: int) -> str:
    """Field 22 of /proc/PID/stat, "" if there is no such process: with the pid it names one process for ever."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    return ""
