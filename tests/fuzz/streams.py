"""Streams no PBX should send: recorded ones, broken. And what must hold of a connection that reads them.

    python -m tests.fuzz.streams --minutes 10      # make fuzz MINUTES=10

Whatever comes, nothing but an AmiError may be raised, and what is kept must stay within the limits. A stream that
breaks this is printed as the seed that makes it again.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from queues.ami.actions import Action, CoreShowChannels, GSAgents, ListCommands, Ping, Queues, QueueStatus
from queues.ami.connection import Answered, Connection, LoggedIn
from queues.ami.errors import AmiError
from queues.ami.events import DEFAULT_WANTED
from queues.ami.frames import MAX_LINE, MAX_PACKET
from queues.live.reducer import adopt, apply_event, apply_link
from queues.live.state import Board, LinkState
from tests.support.streams import FOLDER, stream

ACTIONS: tuple[Action, ...] = (Ping(), Queues(), QueueStatus(), GSAgents(), CoreShowChannels(), ListCommands())
AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
#: What a PBX answers to the login that `Connection` makes with these ids.
LOGIN = (
    b"Asterisk Call Manager/5.0.4\r\n"
    b"Response: Success\r\nActionID: f-1\r\nChallenge: 1\r\n\r\n"
    b"Response: Success\r\nActionID: f-2\r\nMessage: Authentication accepted\r\n\r\n"
)
_ACTION_ID = re.compile(rb"ActionID: [^\r\n]*\r?\n")
_IDS = (b"", *(b"ActionID: f-%d\r\n" % number for number in range(3, 12)))
#: The longest stream of one run. A board can grow with it, but not faster.
LONGEST = 400_000

WORDS = (
    b"\r\n", b"\n", b"\r", b"\r\n\r\n", b":", b": ", b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"Event: ", b"Response: ",
    b"Response: Success\r\n\r\n", b"Response: Error\r\nMessage: Permission denied\r\n\r\n", b"ActionID: f-3\r\n",
    b"EventList: Complete\r\n", b"EventList: cancelled\r\n", b"Queue: ", b"Uniqueid: ", b"99999999999999999999", b"-1",
    b"nan", b"1e400", b"A" * 70_000, b"Event: QueueCallerJoin\r\nPrivilege: agent,all\r\n",
)  # fmt: skip


@cache
def corpus() -> tuple[bytes, ...]:
    """Every recorded stream, cut to a length that keeps a run short."""
    names = [path.name.removesuffix(".ami.gz") for path in sorted((FOLDER / "recordings").glob("*.ami.gz"))]
    names += [path.stem for path in sorted(FOLDER.glob("*.ami"))]
    return tuple(stream(name)[:60_000] for name in names)


def broken(chance: random.Random) -> bytes:
    """One or two recorded streams, with pieces changed, lost, repeated, swapped and thrown in. Their ActionIDs
    become such as the connection may be waiting for, or go."""
    recorded = b"".join(chance.choices(corpus(), k=chance.choice((1, 1, 2))))
    data = bytearray(_ACTION_ID.sub(lambda _: chance.choice(_IDS), recorded))
    for _ in range(chance.choice((1, 3, 10, 50))):
        _spoil(data, chance)
    return bytes(data[:LONGEST])


def _spoil(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data) + 1)
    end = min(len(data), start + chance.choice((1, 2, 10, 200, 5000)))
    match chance.randrange(6):
        case 0:
            data[start:end] = chance.randbytes(end - start)
        case 1:
            del data[start:end]
        case 2:
            data[start:start] = data[start:end] * chance.choice((1, 2, 20))
        case 3:
            data[start:start] = chance.choice(WORDS)
        case 4 if start < len(data):
            data[start] ^= 1 << chance.randrange(8)
        case _:
            line = data.find(b"\n", start)
            data[line + 1 : line + 1] = chance.choice(WORDS) if line >= 0 else b""


def pieces(data: bytes, chance: random.Random) -> Iterator[bytes]:
    """The stream as reads return it."""
    size = chance.choice((1, 7, 100, 1448, 65536)) if len(data) < 5000 else chance.choice((100, 1448, 65536))
    for start in range(0, len(data), size):
        yield data[start : start + size]


@dataclass
class Run:
    """What one stream did: how many happenings, and the AmiError it ended with, if it did."""

    happenings: int = 0
    ended_by: AmiError | None = None


def play(data: bytes, chance: random.Random) -> Run:
    """Feed a connection and a board with it. Raises whatever is not an AmiError, and AssertionError on growth."""
    connection = Connection("user", "secret", wanted=DEFAULT_WANTED, id_prefix="f-")
    board = adopt(Board("pbx"))
    apply_link(board, AT, LinkState.UP)
    run, is_up = Run(), False
    has_login = chance.random() < 0.9
    try:
        for piece in pieces(LOGIN * has_login + data, chance):
            for happening in connection.receive(piece):
                run.happenings += 1
                if isinstance(happening, LoggedIn):
                    is_up = True
                elif not isinstance(happening, Answered):
                    apply_event(board, happening, AT)
            if is_up and chance.random() < 0.2:
                connection.start(chance.choice(ACTIONS))
            elif chance.random() < 0.05:
                connection.abandon(f"f-{chance.randrange(1, 50)}")
            connection.outgoing()
            held = len(connection._decoder._buffer) + len(connection._banner)
            assert held <= MAX_PACKET + MAX_LINE + 2, f"{held} bytes are kept"
    except AmiError as error:
        run.ended_by = error
    assert run.happenings <= data.count(b"\n") + 3, "more happened than was said"
    return run


def fuzz(seconds: float, seed: int, report: Callable[[str], None]) -> int:
    """Streams for so long; how many. A failure is reported with its seed and raised."""
    until = time.monotonic() + seconds
    count = ended = 0
    while time.monotonic() < until:
        chance = random.Random(f"{seed}/{count}")
        try:
            ended += play(broken(chance), chance).ended_by is not None
        except Exception:
            report(f"broken by seed {seed}, stream {count}")
            raise
        count += 1
        if count % 1000 == 0:
            report(f"{count} streams, {ended} ended by an AmiError, at most {_most_memory()} MB")
    return count


def _most_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    asked = parser.parse_args()

    def say(line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    say(f"seed {asked.seed}, {len(corpus())} recorded streams")
    count = fuzz(asked.minutes * 60, asked.seed, say)
    say(f"{count} streams in {asked.minutes:g} minutes, none broke anything; at most {_most_memory()} MB")


if __name__ == "__main__":
    main()
