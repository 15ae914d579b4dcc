"""Actions about calls. A live channel is meant by its name or by its Uniqueid; the latter survives a rename."""

from __future__ import annotations

from dataclasses import dataclass

from queues.ami.actions.base import Action, check_channel, check_extension, check_interface, header
from queues.ami.errors import InvalidAction


@dataclass(frozen=True, slots=True)
class Originate(Action):
    """Ring `channel`, then send it to `exten` in `context`, or run `application` on it.

    Asynchronous always: the synchronous form stops the whole session until the phone answers. How the first leg
    ended comes as OriginateResponse with this action's ActionID. `variables` are names and values.
    """

    name = "Originate"
    channel: str
    context: str | None = None
    exten: str | None = None
    priority: int | None = None
    application: str | None = None
    data: str | None = None
    timeout_milliseconds: int = header("Timeout", default=30_000)
    caller_id: str | None = header("CallerID", default=None)
    account: str | None = None
    channel_id: str | None = None
    variables: tuple[tuple[str, str], ...] = ()

    def fields(self) -> list[tuple[str, str]]:
        check_interface("Channel", self.channel)
        if self.exten is not None:
            check_extension(self.exten)
        if any("," in name + value or "=" in name for name, value in self.variables):
            raise InvalidAction("Variables must not contain commas: Asterisk would read two of them.")
        told = [(name, value) for name, value in Action.fields(self) if name != "Variables"]
        return [*told, *(("Variable", f"{name}={value}") for name, value in self.variables), ("Async", "true")]


@dataclass(frozen=True, slots=True)
class Hangup(Action):
    """Hang up one live channel. `cause` is a Q.850 number."""

    name = "Hangup"
    channel: str
    cause: int | None = None

    def fields(self) -> list[tuple[str, str]]:
        check_channel(self.channel)
        return Action.fields(self)


@dataclass(frozen=True, slots=True)
class Redirect(Action):
    """Send a live channel elsewhere in the dialplan. Its peer, if it has one, is usually hung up."""

    name = "Redirect"
    channel: str
    context: str
    exten: str
    priority: int = 1

    def fields(self) -> list[tuple[str, str]]:
        check_channel(self.channel)
        check_extension(self.exten)
        return Action.fields(self)


@dataclass(frozen=True, slots=True)
class BlindTransfer(Action):
    """Let `channel`, a party of a call, hand its peer over to `exten`."""

    name = "BlindTransfer"
    channel: str
    exten: str
    context: str | None = None

    def fields(self) -> list[tuple[str, str]]:
        check_channel(self.channel)
        check_extension(self.exten)
        return Action.fields(self)


@dataclass(frozen=True, slots=True)
class Atxfer(Action):
    """Let `channel` start an attended transfer; the PBX needs its feature code for it."""

    name = "Atxfer"
    channel: str
    exten: str
    context: str | None = None

    def fields(self) -> list[tuple[str, str]]:
        check_channel(self.channel)
        check_extension(self.exten)
        return Action.fields(self)


@dataclass(frozen=True, slots=True)
class Park(Action):
    """Park a live channel; after the timeout `timeout_channel` is rung."""

    name = "Park"
    channel: str
    timeout_channel: str | None = None
    timeout_milliseconds: int | None = header("Timeout", default=None)
    parkinglot: str | None = None

    def fields(self) -> list[tuple[str, str]]:
        check_channel(self.channel)
        return Action.fields(self)


@dataclass(frozen=True, slots=True)
class MixMonitor(Action):
    """Start recording. Stock only: a UCM does not offer it. No `command`: it would run on the PBX."""

    name = "MixMonitor"
    channel: str
    file: str
    options: str | None = None

    def fields(self) -> list[tuple[str, str]]:
        check_channel(self.channel)
        return Action.fields(self)


@dataclass(frozen=True, slots=True)
class StopMixMonitor(Action):
    """Stop recording, one recording or (None) all of the channel."""

    name = "StopMixMonitor"
    channel: str
    mix_monitor_id: str | None = header("MixMonitorID", default=None)

    def fields(self) -> list[tuple[str, str]]:
        check_channel(self.channel)
        return Action.fields(self)


@dataclass(frozen=True, slots=True)
class PauseMonitor(Action):
    """Pause the recording of a channel."""

    name = "PauseMonitor"
    channel: str

    def fields(self) -> list[tuple[str, str]]:
        check_channel(self.channel)
        return Action.fields(self)


@dataclass(frozen=True, slots=True)
class UnpauseMonitor(Action):
    """Resume the recording of a channel."""

    name = "UnpauseMonitor"
    channel: str

    def fields(self) -> list[tuple[str, str]]:
        check_channel(self.channel)
        return Action.fields(self)
