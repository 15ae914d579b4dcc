"""What we may ask of a PBX: one frozen dataclass per AMI action.

An action knows its headers and the list that answers it; it writes nothing: `queues.ami.connection` adds the
ActionID, `queues.ami.frames` encodes and refuses. Sources: the UCM AMI guide; Asterisk 13 to 23.
"""

from queues.ami.actions.base import (
    Action,
)
from queues.ami.actions.calls import (
    Atxfer,
    BlindTransfer,
    Getvar,
    Hangup,
    MixMonitor,
    Originate,
    Park,
    PauseMonitor,
    Redirect,
    StopMixMonitor,
    UnpauseMonitor,
    chan_spy,
)
from queues.ami.actions.lists import (
    CoreShowChannels,
    DeviceStateList,
    ExtensionStateList,
    GSAgents,
    Queues,
    QueueStatus,
    QueueSummary,
    Status,
)
from queues.ami.actions.members import (
    QueueAdd,
    QueueChangePriorityCaller,
    QueueLogin,
    QueueLogoff,
    QueuePause,
    QueuePenalty,
    QueueRemove,
    QueueReset,
    QueueWithdrawCaller,
)
from queues.ami.actions.session import (
    Challenge,
    CoreSettings,
    CoreStatus,
    Events,
    Filter,
    ListCommands,
    Login,
    Logoff,
    Ping,
)

__all__ = [
    "Action",
    "Atxfer",
    "BlindTransfer",
    "Challenge",
    "CoreSettings",
    "CoreShowChannels",
    "CoreStatus",
    "DeviceStateList",
    "Events",
    "ExtensionStateList",
    "Filter",
    "GSAgents",
    "Getvar",
    "Hangup",
    "ListCommands",
    "Login",
    "Logoff",
    "MixMonitor",
    "Originate",
    "Park",
    "PauseMonitor",
    "Ping",
    "QueueAdd",
    "QueueChangePriorityCaller",
    "QueueLogin",
    "QueueLogoff",
    "QueuePause",
    "QueuePenalty",
    "QueueRemove",
    "QueueReset",
    "QueueStatus",
    "QueueSummary",
    "QueueWithdrawCaller",
    "Queues",
    "Redirect",
    "Status",
    "StopMixMonitor",
    "UnpauseMonitor",
    "chan_spy",
]
