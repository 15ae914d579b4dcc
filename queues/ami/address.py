"""Where a PBX is and how to get in, read from one URL.

    ami://user:secret@host:7777                          plain TCP
    amis://user:secret@host:5039                         TLS, certificate checked against the system's authorities
    amis://…?cafile=/etc/ucm.pem                         … against this file
    amis://…?fingerprint=AA:BB:…                         exactly the certificate with this SHA-256 fingerprint
    amis://…?verify=no                                   any certificate: encrypted, but not safe; a warning
    …&dialect=ucm|asterisk                               do not detect the dialect

Characters of user and secret that mean something in a URL are percent-encoded. The secret never appears in a
repr, a text or an error of this module.
"""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass, field
from typing import TypedDict
from urllib.parse import parse_qsl, unquote, urlsplit

_DEFAULT_PORTS = {"ami": 7777, "amis": 5039}
_OPTIONS = frozenset({"cafile", "verify", "fingerprint", "dialect"})
_DIALECTS = frozenset({"ucm", "asterisk"})
_FINGERPRINT = re.compile(r"[0-9a-f]{64}", re.ASCII)


class _Options(TypedDict):
    cafile: str
    fingerprint: str
    is_verified: bool
    dialect: str | None


@dataclass(frozen=True, slots=True)
class Address:
    """A PBX's address. `fingerprint` is 64 hex digits in lower case or "", `cafile` a path or ""."""

    host: str
    port: int
    username: str
    secret: str = field(repr=False)
    is_tls: bool = False
    cafile: str = ""
    fingerprint: str = ""
    is_verified: bool = True
    dialect: str | None = None

    @classmethod
    def parse(cls, url: str) -> Address:
        """The address `url` describes.

        **Errors** ValueError with a sentence that says what is wrong, without quoting the URL."""
        try:
            parts = urlsplit(url.strip())
            port = parts.port
        except ValueError:
            # urllib quotes what it could not read, which may be half of the secret.
            raise ValueError("The address cannot be read; percent-encode @ : / ? # in user and secret.") from None
        if parts.scheme not in _DEFAULT_PORTS:
            raise ValueError("The address must begin with ami:// or amis://.")
        if not parts.hostname or not parts.username or parts.password is None or parts.path not in ("", "/"):
            raise ValueError("The address must read ami://user:secret@host:port; percent-encode @ : / ? # in a secret.")
        username, secret = unquote(parts.username), unquote(parts.password)
        if not (username + secret).isprintable():
            raise ValueError("User and secret must not contain control characters.")
        return cls(
            host=parts.hostname,
            port=port or _DEFAULT_PORTS[parts.scheme],
            username=username,
            secret=secret,
            is_tls=parts.scheme == "amis",
            **_read_options(parts.query, is_tls=parts.scheme == "amis"),
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """Codes of what is unsafe here."""
        return () if self.is_verified else ("tls_unverified",)

    def ssl_context(self) -> ssl.SSLContext | None:
        """How to do TLS, None for plain TCP. With a fingerprint the caller must compare it after the handshake.

        **Errors** OSError when `cafile` cannot be read."""
        if not self.is_tls:
            return None
        context = ssl.create_default_context(cafile=self.cafile or None)
        # Newer Pythons ask of a certificate what a phone system's own seldom has; trust is no matter of form.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        if self.fingerprint or not self.is_verified:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    @property
    def place(self) -> str:
        """Host and port, for messages anybody may read."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def __str__(self) -> str:
        return f"{'amis' if self.is_tls else 'ami'}://{self.username}@{self.place}"


def _read_options(query: str, *, is_tls: bool) -> _Options:
    options = dict(parse_qsl(query, keep_blank_values=True))
    if set(options) - _OPTIONS:
        raise ValueError("The address has an unknown option; there are cafile, verify, fingerprint and dialect.")
    if not is_tls and set(options) - {"dialect"}:
        raise ValueError("cafile, verify and fingerprint need amis://.")
    verify = options.get("verify", "yes").lower()
    if verify not in ("yes", "no"):
        raise ValueError("verify is yes or no.")
    fingerprint = options.get("fingerprint", "").replace(":", "").lower()
    if "fingerprint" in options and not _FINGERPRINT.fullmatch(fingerprint):
        raise ValueError("fingerprint is the certificate's SHA-256, 64 hex digits with or without colons.")
    if len({"cafile", "fingerprint"} & set(options)) + (verify == "no") > 1:
        raise ValueError("cafile, fingerprint and verify=no exclude each other.")
    dialect = options.get("dialect", "").lower() or None
    if dialect is not None and dialect not in _DIALECTS:
        raise ValueError("dialect is ucm or asterisk.")
    return {
        "cafile": options.get("cafile", ""),
        "fingerprint": fingerprint,
        "is_verified": verify == "yes",
        "dialect": dialect,
    }
