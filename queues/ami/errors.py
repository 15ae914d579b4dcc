"""What can go wrong between us and a PBX, one class per thing a caller would do differently.

Messages are plain English and may be shown to people; none ever carries a secret.
"""

from __future__ import annotations


class AmiError(Exception):
    """Everything this package raises on purpose."""


class LinkDown(AmiError):
    """There is no connection (any more). Whatever was pending may or may not have been done: never repeat it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotGreeted(LinkDown):
    """Nobody spoke AMI to us: nothing listens there, or what does hung up or was silent instead of greeting. Nothing
    was asked of the PBX, so it may be tried again soon."""


class LoginRefused(AmiError):
    """The PBX answers but does not let us in: user, secret or permitted IP. `message` is its own words."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class FrameError(AmiError):
    """The PBX broke a limit of the wire format; the stream cannot be trusted any further."""


class ActionRefused(AmiError):
    """The PBX refused one action; the link is fine. `message` is its own words."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ActionTimeout(AmiError):
    """No (complete) answer in time. The action may or may not have been done: never repeat it blindly."""


class InvalidAction(AmiError, ValueError):
    """Our side built something that must not be sent. Nothing was written."""
