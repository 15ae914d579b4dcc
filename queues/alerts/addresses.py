"""Which addresses a webhook may have, and to which machine it really goes.

Webhooks are set by supervisors, who need not be let into everything this machine reaches. Addresses of the local
network are what most receivers have here (a CRM, a home-made script), so private ones are allowed. Refused are those
under which a cloud tells its machines' secrets and those that are no single machine of anybody; this machine itself
only if the settings say so. The name is looked up once a try, every address it has is judged, and the connection goes
to exactly the one judged: a name that answers differently the second time gains nothing. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

Address = IPv4Address | IPv6Address

#: Under which clouds tell a machine about itself, beside the link-local 169.254.169.254: AWS by IPv6, Alibaba, Azure.
_METADATA = frozenset(map(ip_address, ("fd00:ec2::254", "100.100.100.200", "168.63.129.16")))
#: "This network", which is no machine, but which some systems take for themselves.
_THIS_NETWORK = ip_network("0.0.0.0/8")
#: IPv4 inside IPv6: translated (NAT64) addresses reach the IPv4 one.
_NAT64 = ip_network("64:ff9b::/96")


class BadAddress(Exception):
    """No message goes there. The message is a sentence for who entered it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an address leads. `path` has the query; `authority` is what the Host header says."""

    is_tls: bool
    host: str
    port: int
    path: str
    authority: str


def read_url(url: str) -> Place:
    """The parts of an http(s) address. Errors: BadAddress."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadAddress(_("This is not an address.")) from None
    if parts.scheme not in ("http", "https"):
        raise BadAddress(_("The address must begin with https:// or http://."))
    if not parts.hostname:
        raise BadAddress(_("The address names no machine."))
    if parts.username is not None or parts.password is not None:
        raise BadAddress(_("The address must hold no user name and password: the signature proves who sends."))
    if any(ord(character) <= 32 or ord(character) > 126 for character in url):
        raise BadAddress(_("Write the address without spaces, accents or other special characters."))
    is_tls = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = parts.hostname
    shown = f"[{host}]" if ":" in host else host
    authority = shown if port is None else f"{shown}:{port}"
    return Place(is_tls, host, port or (443 if is_tls else 80), path, authority)


def why_refused(address: Address, *, allow_loopback: bool) -> str:
    """Why no message may go to this address, as a sentence; "" if it may."""
    real = _real(address)
    if real in _METADATA or real.is_link_local:
        return _("{address} is an address under which networks tell machines about themselves.").format(address=address)
    if real.is_loopback:
        if allow_loopback:
            return ""
        return _("{address} is this machine itself, which WEBHOOKS_TO_THIS_MACHINE does not allow.").format(
            address=address
        )
    if real.is_multicast or real.is_reserved or real in _THIS_NETWORK:
        return _("{address} is no address of a single machine.").format(address=address)
    return ""


def _real(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, else the same."""
    if isinstance(address, IPv6Address):
        if inner := address.ipv4_mapped or address.sixtofour:
            return inner
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address
