"""The words of our enums as choices of a column."""

from enum import StrEnum


def choices(enum: type[StrEnum]) -> list[tuple[str, str]]:
    """Value and name of each member, as `Field.choices` takes them."""
    return [(member.value, member.value.replace("_", " ").capitalize()) for member in enum]
