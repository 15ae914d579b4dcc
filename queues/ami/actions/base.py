"""What all actions share: header names from field names, and checks that keep one action from being two."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from typing import Any, ClassVar

from queues.ami.errors import InvalidAction

# A channel or interface is technology/name. `&` and `|` would dial several, `,` add arguments, a leading `/` hang up
# by regular expression.
_INTERFACE = re.compile(r"[A-Za-z0-9]+/[A-Za-z0-9_.@/+*#-]+", re.ASCII)
_EXTENSION = re.compile(r"[A-Za-z0-9_.*#+-]{1,80}", re.ASCII)


def one_interface(name: str, value: str) -> None:
    """Refuse what would ring more, or something else, than one phone."""
    if not _INTERFACE.fullmatch(value):
        raise InvalidAction(f"{name} must be one technology/name, such as PJSIP/1000.")


def one_extension(name: str, value: str) -> None:
    """Refuse what is no plain extension of a dialplan."""
    if not _EXTENSION.fullmatch(value):
        raise InvalidAction(f"{name}: an extension is 1 to 80 digits, letters or *#+-._ signs.")


def one_channel(name: str, value: str) -> None:
    """Refuse a pattern where one live channel is meant."""
    if not value or value.startswith("/"):
        raise InvalidAction(f"{name}: a channel is named in full; a leading slash would mean a pattern.")


def header(name: str, **options: Any) -> Any:
    """A dataclass field whose header is not its own name in CamelCase."""
    return dataclasses.field(metadata={"header": name}, **options)


def checked(check: Callable[[str, str], None]) -> dict[str, Any]:
    """Metadata of a dataclass field whose value, unless None, must pass `check(header name, value)` before anything is
    sent."""
    return {"check": check}


@dataclasses.dataclass(frozen=True, slots=True)
class Action:
    """One thing to ask of the PBX.

    `rows` and `completion` are the event names, in lower case, of the list that answers it; without a `completion`
    one response answers it. `is_verified` False marks UCM actions whose parameters no document confirms.

    AMI compares header names without case, so a field's name in CamelCase is its header (`member_name`:
    `MemberName`) unless the field says otherwise. None sends no header.
    """

    name: ClassVar[str]
    rows: ClassVar[frozenset[str]] = frozenset()
    completion: ClassVar[str] = ""
    is_verified: ClassVar[bool] = True

    def fields(self) -> list[tuple[str, str]]:
        """Header names and values, in order, without Action and ActionID.

        **Errors** InvalidAction when a value would make the PBX do something else than the action says.
        """
        # Subclasses extend this by `Action.fields(self)`: a dataclass with slots has no working `super()`.
        told: list[tuple[str, str]] = []
        for item in dataclasses.fields(self):
            value = getattr(self, item.name)
            if value is not None:
                name = item.metadata.get("header") or "".join(map(str.capitalize, item.name.split("_")))
                if check := item.metadata.get("check"):
                    check(name, value)
                told.append((name, str(value).lower() if isinstance(value, bool) else str(value)))
        return told
