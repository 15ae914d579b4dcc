"""`python -m tests.bench [NAME …]`: run the benchmarks, or those named, and print one table."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from tests.bench import decoding, fanout, growth, idle, pages, pipeline
from tests.bench.figures import Row


class Result(Protocol):
    def rows(self) -> Sequence[Row]: ...


#: By name, in the order they run.
BENCHMARKS: dict[str, Callable[[], Result]] = {
    "decoding": decoding.run,
    "idle": idle.run,
    "fanout": fanout.run,
    "pipeline": pipeline.run,
    "growth": growth.run,
    "pages": pages.run,
}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="make bench", description="Measure what the program costs.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only these: {', '.join(BENCHMARKS)}")
    names = parser.parse_args(arguments).names
    if unknown := set(names) - set(BENCHMARKS):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    rows: list[Row] = []
    for name in names or BENCHMARKS:
        began = time.monotonic()
        rows += BENCHMARKS[name]().rows()
        sys.stderr.write(f"{name} took {time.monotonic() - began:.0f} s\n")
    sys.stdout.write(table(rows) + "\n")


def table(rows: Iterable[Row]) -> str:
    """The figures as a table of Markdown, with the machine they hold for."""
    lines = ["| measured | ours | beside it | aim | |", "|---|---|---|---|---|"]
    lines += [f"| {row.what} | {row.ours} | {row.beside} | {row.aim} | {row.verdict} |" for row in rows]
    machine = f"{os.cpu_count()} cores ({platform.machine()}), shared with other programs"
    rounds = "with [least–most] the median of several rounds, without it one round"
    return "\n".join([*lines, "", f"Python {platform.python_version()}, {machine}; {rounds}."])


if __name__ == "__main__":
    main()
