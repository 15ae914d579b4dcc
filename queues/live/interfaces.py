"""Names of phones: interfaces, device names and channel names of one and the same phone.

`PJSIP/1000` is an interface and a device, `PJSIP/1000-0000001c` one of its channels;
`Local/1020@phones/n` an interface whose channels are `Local/1020@phones-00000003;1`. Pure text.
"""

from __future__ import annotations

import re

_CHANNEL_SUFFIX = re.compile(r"-[0-9a-fA-F]{8,}(;[12])?$")


def device_name(interface: str) -> str:
    """The name under which interface, device and channel of a phone compare equal: lower case, `/n` off."""
    name = interface.lower()
    return name[:-2] if name.endswith("/n") else name


def channel_device(channel: str) -> str:
    """The comparable device name of a channel's phone."""
    return device_name(_CHANNEL_SUFFIX.sub("", channel))


def extension_of(interface: str) -> str:
    """The extension people dial: `PJSIP/1000` → "1000", `Local/1020@phones/n` → "1020"."""
    _, _, rest = interface.partition("/")
    return rest.split("@", 1)[0].split("/", 1)[0] or interface
