"""Actions about the connection and the PBX as a whole, each answered by one response."""

from __future__ import annotations

from dataclasses import dataclass, field

from queues.ami.actions.base import Action


@dataclass(frozen=True, slots=True)
class Challenge(Action):
    """Ask for a challenge; answered in the header `Challenge`."""

    name = "Challenge"
    auth_type: str = "MD5"


@dataclass(frozen=True, slots=True)
class Login(Action):
    """Log in with `secret`, or with `auth_type` MD5 and `key` = hex of md5(challenge + secret)."""

    name = "Login"
    username: str
    secret: str | None = field(default=None, repr=False)
    auth_type: str | None = None
    key: str | None = field(default=None, repr=False)
    events: str | None = None


@dataclass(frozen=True, slots=True)
class Logoff(Action):
    """Answered "Goodbye", then the PBX closes the link."""

    name = "Logoff"


@dataclass(frozen=True, slots=True)
class Events(Action):
    """Narrow the classes of events sent here: on, off or a comma list."""

    name = "Events"
    event_mask: str


@dataclass(frozen=True, slots=True)
class Filter(Action):
    """Add a filter of events for this session; it cannot be taken back. A leading `!` excludes."""

    name = "Filter"
    filter: str
    operation: str = "Add"


@dataclass(frozen=True, slots=True)
class Ping(Action):
    """Answered at once, with `Timestamp` in epoch seconds of the PBX's clock."""

    name = "Ping"


@dataclass(frozen=True, slots=True)
class ListCommands(Action):
    """One header per action this user may run."""

    name = "ListCommands"


@dataclass(frozen=True, slots=True)
class CoreSettings(Action):
    """Versions and limits in one response."""

    name = "CoreSettings"


@dataclass(frozen=True, slots=True)
class CoreStatus(Action):
    """Startup and reload times (the PBX's local time) in one response."""

    name = "CoreStatus"
