"""A `Connection` and a PBX that is written down: no sockets."""

from __future__ import annotations

from dataclasses import dataclass, field

from queues.ami.actions import Action
from queues.ami.connection import Answered, Connection, Happening, Reply
from queues.ami.errors import ActionRefused
from queues.ami.events import DEFAULT_WANTED, Event
from queues.ami.frames import Wanted
from tests.support.fake_pbx import CHALLENGE, SECRET, USERNAME, packet

BANNER = b"Asterisk Call Manager/5.0.4\r\n"


@dataclass
class Dialogue:
    """One session. `happenings` is everything that came out of the connection and was not taken yet."""

    wanted: Wanted = field(default_factory=lambda: DEFAULT_WANTED)
    echoes: bool = True
    happenings: list[Happening] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.connection = Connection(USERNAME, SECRET, wanted=self.wanted, id_prefix="u-")

    def receive(self, data: bytes) -> list[Happening]:
        """Feed bytes; what they made happen."""
        new = list(self.connection.receive(data))
        self.happenings += new
        return new

    def log_in(self) -> Dialogue:
        """Banner, MD5 challenge, login."""
        self.receive(BANNER)
        self.receive(self.packet(f"Response: Success\nChallenge: {CHALLENGE}", "u-1"))
        self.receive(self.packet("Response: Success\nMessage: Authentication accepted", "u-2"))
        self.happenings.clear()
        self.connection.outgoing()
        return self

    def packet(self, text: str, action_id: str = "") -> bytes:
        """One packet, with the ActionID only if this PBX echoes it."""
        return packet(text, action_id if self.echoes else "")

    def start(self, action: Action) -> str:
        """Start an action and let it be written."""
        action_id = self.connection.start(action)
        self.connection.outgoing()
        return action_id

    def reply(self, action_id: str) -> Reply:
        """The reply to an action, which must have come."""
        outcome = self._outcome(action_id)
        assert isinstance(outcome, Reply), outcome
        return outcome

    def refusal(self, action_id: str) -> str:
        """The PBX's words on an action it must have refused."""
        outcome = self._outcome(action_id)
        assert isinstance(outcome, ActionRefused), outcome
        return outcome.message

    def is_open(self, action_id: str) -> bool:
        """Whether no answer has come."""
        return all(not isinstance(item, Answered) or item.action_id != action_id for item in self.happenings)

    def live(self) -> list[Event]:
        """The live events so far."""
        return [item for item in self.happenings if not isinstance(item, Answered)]  # type: ignore[misc]

    def _outcome(self, action_id: str) -> Reply | ActionRefused:
        (answered,) = (item for item in self.happenings if isinstance(item, Answered) and item.action_id == action_id)
        return answered.outcome
