"""Typed readers of settings from the environment; each fails with one line that names the setting.

In: environment variables, a `.env` file beside `manage.py`, and for every NAME a NAME_FILE whose content is the
value (secrets mounted as files). Out: checked values, or `ImproperlyConfigured`. Values of secrets never
appear in an error. `django-environ` finds the values; what they may be is decided here, because its own casts
read a mistyped boolean as false.
"""

import re
import zoneinfo
from email.utils import parseaddr
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
import phonenumbers
from django.core.exceptions import ImproperlyConfigured
from environ.fileaware_mapping import FileAwareMapping

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})
_SLUG = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_NAMED_LINK = re.compile(r"([^=:/?&]*)=(amis?://.*)", re.IGNORECASE)
#: The name of the only PBX when none is given.
DEFAULT_PBX = "pbx"


class Environment:
    """The environment of this process over the `.env` file given (None: no file)."""

    def __init__(self, env_file: Path | None) -> None:
        self._values = FileAwareMapping(cache=False)
        if env_file is not None and env_file.is_file():
            environ.Env.read_env(env_file)

    def text(self, name: str, default: str = "") -> str:
        """The value without the white space around it; an empty one counts as missing."""
        try:
            value = self._values[name].strip()
        except KeyError:
            return default
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is no text"
            raise ImproperlyConfigured(f"The file named by {name}_FILE cannot be read: {reason}.") from error
        return value or default

    def boolean(self, name: str, *, default: bool) -> bool:
        value = self.text(name).lower()
        if not value:
            return default
        if value not in _TRUE | _FALSE:
            raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")
        return value in _TRUE

    def choice(self, name: str, words: tuple[str, ...]) -> str:
        """One of these words, the first by default."""
        value = self.text(name, words[0]).lower()
        if value not in words:
            raise ImproperlyConfigured(f"{name} must be {' or '.join(words)}, not {value!r}.")
        return value

    def mail_address(self, name: str) -> str:
        """An address as `dash@example.com` or `UCM Dash <dash@example.com>`; "" for none."""
        value = self.text(name)
        _name, address = parseaddr(value)
        if value and (not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+", address) or any(ord(c) < 32 for c in value)):
            raise ImproperlyConfigured(f'{name} must be like "UCM Dash <dash@example.com>", not {value!r}.')
        return value

    def feature_code(self, name: str, default: str) -> str:
        """What is dialled for a feature: digits, `*` and `#`; "" for the word none."""
        value = self.text(name, default)
        if value.lower() == "none":
            return ""
        if not re.fullmatch(r"[0-9*#]{1,10}", value):
            raise ImproperlyConfigured(f"{name} must be digits, * and #, or none, not {value!r}.")
        return value

    def region(self, name: str) -> str:
        """A country by its two letters, "DE"; "" for none."""
        value = self.text(name).upper()
        if value and value not in phonenumbers.SUPPORTED_REGIONS:
            raise ImproperlyConfigured(f"{name} must be the two letters of a country, such as DE, not {value!r}.")
        return value

    def link_template(self, name: str, blanks: tuple[str, ...]) -> str:
        """An http(s) address with `{blanks}` to fill in; "" for none."""
        value = self.text(name)
        if not value:
            return ""
        unknown = set(re.findall(r"{(.*?)}", value)) - set(blanks)
        parts = urlsplit(value)
        if unknown or parts.scheme not in ("http", "https") or not parts.netloc or "{" in parts.netloc:
            known = ", ".join(f"{{{blank}}}" for blank in blanks)
            raise ImproperlyConfigured(
                f"{name} must be an address with http or https, in whose path or query may be {known}."
            )
        return value

    def number(self, name: str, *, default: float, least: float, most: float) -> float:
        value = self.text(name)
        if not value:
            return default
        try:
            number = float(value)
        except ValueError:
            raise ImproperlyConfigured(f"{name} must be a number, not {value!r}.") from None
        if not least <= number <= most:
            raise ImproperlyConfigured(f"{name} must be between {least:g} and {most:g}, not {value}.")
        return number

    def whole_number(self, name: str, *, default: int, least: int, most: int) -> int:
        number = self.number(name, default=default, least=least, most=most)
        if number != int(number):
            raise ImproperlyConfigured(f"{name} must be a whole number, not {self.text(name)!r}.")
        return int(number)

    def words(self, name: str) -> list[str]:
        """Values separated by commas or white space."""
        return [word for word in re.split(r"[,\s]+", self.text(name)) if word]

    def time_zone(self, name: str, default: str) -> str:
        value = self.text(name, default)
        try:
            zoneinfo.ZoneInfo(value)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            raise ImproperlyConfigured(f'{name} must be a name like "Europe/Berlin", not {value!r}.') from None
        return value

    def origins(self, name: str) -> list[str]:
        origins = self.words(name)
        for origin in origins:
            parts = urlsplit(origin)
            if parts.scheme not in ("http", "https") or not parts.netloc:
                raise ImproperlyConfigured(f'{name} must hold origins like "https://dash.example.com", not {origin!r}.')
        return origins

    def networks(self, name: str, default: str) -> list[IPv4Network | IPv6Network]:
        """Addresses and networks; the word `none` alone means not a single one."""
        words = self.words(name) or default.split()
        if words == ["none"]:
            return []
        try:
            return [ip_network(word) for word in words]
        except ValueError:
            raise ImproperlyConfigured(
                f'{name} must hold addresses or networks like "10.0.0.5" or "10.0.0.0/24", or be none.'
            ) from None

    def redis_url(self, name: str) -> str:
        value = self.text(name)
        if value and urlsplit(value).scheme not in ("redis", "rediss", "unix"):
            raise ImproperlyConfigured(f"{name} must begin with redis://, rediss:// or unix://.")
        return value

    def database(self, name: str, default: str) -> dict[str, Any]:
        """Django's description of a `sqlite:///…` or `postgresql://…` address."""
        value = self.text(name, default)
        if urlsplit(value).scheme not in ("sqlite", "postgres", "postgresql"):
            raise ImproperlyConfigured(f"{name} must begin with sqlite:/// or postgresql://.")
        try:
            description: dict[str, Any] = environ.Env.db_url_config(value)
        except ValueError:
            raise ImproperlyConfigured(f"{name} is not a database address.") from None
        return description

    def links(self, name: str) -> dict[str, str]:
        """The PBXs by name: `ami://…` alone, or several `name=ami://…` separated by white space."""
        links: dict[str, str] = {}
        for word in self.text(name).split():
            named = _NAMED_LINK.fullmatch(word)
            pbx, url = named.groups() if named else (DEFAULT_PBX, word)
            if not _SLUG.fullmatch(pbx):
                raise ImproperlyConfigured(f"{name}: {pbx!r} is no name for a PBX: use letters, digits, - and _.")
            if pbx in links:
                raise ImproperlyConfigured(f"{name}: two PBXs are named {pbx!r}.")
            if not _is_link(url):
                raise ImproperlyConfigured(
                    f"{name}: the address of {pbx!r} must be like ami://user:secret@host:7777 or amis://… "
                    "(percent-encode @ : / ? # and spaces in user and secret)."
                )
            links[pbx] = url
        return links


def _is_link(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("ami", "amis") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
