"""How long a test waits on a machine that has more to do than this test."""

from __future__ import annotations

import os


def patient(seconds: float) -> float:
    """The time for what takes so many `seconds` where a processor is free: that long once more for every program that
    each processor had to do, on the average of the last minute."""
    return seconds * (1 + os.getloadavg()[0] / (os.cpu_count() or 1))
