"""Actions about calls. A live channel is meant by its name or by its Uniqueid; the latter survives a rename."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from queues.ami.actions.base import Action, checked, header, one_channel, one_extension, one_interface
from queues.ami.errors import InvalidAction


@dataclass(frozen=True, slots=True)
class Originate(Action):
    """Ring `channel`, then send it to `exten` in `context`, or run `application` on it.

    Asynchronous always: the synchronous form stops the whole session until the phone answers. How the first leg
    ended comes as OriginateResponse with this action's ActionID. `variables` are names and values.
    """

    name = "Originate"
    channel: str = field(metadata=checked(one_interface))
    context: str | None = None
    exten: str | None = field(default=None, metadata=checked(one_extension))
    priority: int | None = None
    application: str | None = None
    data: str | None = None
    timeout_milliseconds: int = header("Timeout", default=30_000)
    caller_id: str | None = header("CallerID", default=None)
    account: str | None = None
    channel_id: str | None = None
    variables: tuple[tuple[str, str], ...] = ()

    def fields(self) -> list[tuple[str, str]]:
        if any("," in name + value or "=" in name for name, value in self.variables):
            raise InvalidAction("Variables must not contain commas: Asterisk would read two of them.")
        told = [(name, value) for name, value in Action.fields(self) if name != "Variables"]
        return [*told, *(("Variable", f"{name}={value}") for name, value in self.variables), ("Async", "true")]


#: A live channel as ChanSpy may be told it: a comma would add options, `&` other channels.
_SPIED = re.compile(r"[A-Za-z0-9]+/[^\s,&|]+", re.ASCII)
#: Quietly, until the channel ends; `u`: the name is a whole one, or PJSIP/100 would mean PJSIP/1000 as well.
_SPY_OPTIONS = {"listen": "qESu", "whisper": "qESuw", "barge": "qESuB"}


def chan_spy(phone: str, target: str, mode: str) -> Originate:
    """Ring `phone` and let it hear the channel named `target`: `listen` to both sides, `whisper` to this one, `barge`
    in for both.

    **Errors** InvalidAction if `target` is no single channel."""
    if not _SPIED.fullmatch(target):
        raise InvalidAction("One channel is joined, named in full.")
    return Originate(phone, application="ChanSpy", data=f"{target},{_SPY_OPTIONS[mode]}")


@dataclass(frozen=True, slots=True)
class Hangup(Action):
    """Hang up one live channel. `cause` is a Q.850 number."""

    name = "Hangup"
    channel: str = field(metadata=checked(one_channel))
    cause: int | None = None


@dataclass(frozen=True, slots=True)
class Redirect(Action):
    """Send a live channel elsewhere in the dialplan. Its peer, if it has one, is usually hung up."""

    name = "Redirect"
    channel: str = field(metadata=checked(one_channel))
    context: str
    exten: str = field(metadata=checked(one_extension))
    priority: int = 1


@dataclass(frozen=True, slots=True)
class Getvar(Action):
    """Read a channel's variable, or (no `channel`) a function of the dialplan; answered in the header `Value`.
    A PBX without that function answers ""."""

    name = "Getvar"
    variable: str
    channel: str | None = field(default=None, metadata=checked(one_channel))


@dataclass(frozen=True, slots=True)
class BlindTransfer(Action):
    """Let `channel`, a party of a call, hand its peer over to `exten`."""

    name = "BlindTransfer"
    channel: str = field(metadata=checked(one_channel))
    exten: str = field(metadata=checked(one_extension))
    context: str | None = None


@dataclass(frozen=True, slots=True)
class Atxfer(Action):
    """Let `channel` start an attended transfer. The PBX plays its feature code and then `exten` as tones of that
    channel, so both must be made of what can be pressed, and the call must allow its party to transfer."""

    name = "Atxfer"
    channel: str = field(metadata=checked(one_channel))
    exten: str = field(metadata=checked(one_extension))
    context: str | None = None


@dataclass(frozen=True, slots=True)
class Park(Action):
    """Park a live channel; after the timeout `timeout_channel` is rung."""

    name = "Park"
    channel: str = field(metadata=checked(one_channel))
    timeout_channel: str | None = None
    timeout_milliseconds: int | None = header("Timeout", default=None)
    parkinglot: str | None = None


@dataclass(frozen=True, slots=True)
class MixMonitor(Action):
    """Start recording. Stock only: a UCM does not offer it. No `command`: it would run on the PBX."""

    name = "MixMonitor"
    channel: str = field(metadata=checked(one_channel))
    file: str
    options: str | None = None


@dataclass(frozen=True, slots=True)
class StopMixMonitor(Action):
    """Stop recording, one recording or (None) all of the channel."""

    name = "StopMixMonitor"
    channel: str = field(metadata=checked(one_channel))
    mix_monitor_id: str | None = header("MixMonitorID", default=None)


@dataclass(frozen=True, slots=True)
class Monitor(Action):
    """Start recording with the application before MixMonitor, gone in Asterisk 21; the only one a UCM offers, without
    telling where the file is."""

    name = "Monitor"
    is_verified = False
    channel: str = field(metadata=checked(one_channel))
    file: str
    format: str = "wav"
    mix: bool = True


@dataclass(frozen=True, slots=True)
class StopMonitor(Action):
    """Stop what Monitor records."""

    name = "StopMonitor"
    is_verified = False
    channel: str = field(metadata=checked(one_channel))


@dataclass(frozen=True, slots=True)
class PauseMonitor(Action):
    """Pause the recording of a channel."""

    name = "PauseMonitor"
    channel: str = field(metadata=checked(one_channel))


@dataclass(frozen=True, slots=True)
class UnpauseMonitor(Action):
    """Resume the recording of a channel."""

    name = "UnpauseMonitor"
    channel: str = field(metadata=checked(one_channel))
