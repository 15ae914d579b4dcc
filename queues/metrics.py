"""Every metric of this program, for Prometheus: the one place that names them, their units and their labels.

Who counts says so at the spot (`queues.live.meter` for a worker, `queues.hub` and `queues.consumers` for the
pages); `queues.monitoring` serves them. A process tells what it has: pages and workers in one process tell all.

Labels take few values: `pbx` is a name from the settings, all others are words of this program. Nothing a caller,
an agent or a PBX can choose ever becomes a label.
"""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics

# When each series began, as further series: nobody asks for it.
disable_created_metrics()  # type: ignore[no-untyped-call]

# --- a worker and its PBX --------------------------------------------------------------------------------------

LINK_STATE = Gauge("ucmdash_link_state", "1 for the state the link to the PBX is in, else 0.", ["pbx", "state"])
LINK_CHANGES = Counter("ucmdash_link_changes", "Changes of the link's state, by the new state.", ["pbx", "state"])
LINK_SILENCE = Gauge(
    "ucmdash_link_silence_seconds",
    "Age of the last byte from the PBX; before the first one, how long the worker has led.",
    ["pbx"],
)
AMI_FRAMES = Counter("ucmdash_ami_frames", "Packets received from the PBX.", ["pbx"])
AMI_UNWANTED = Counter("ucmdash_ami_frames_unwanted", "Events dropped by name, unread: the board has no use.", ["pbx"])
AMI_SKIPPED = Counter("ucmdash_ami_skipped", "What could not be used, by reason.", ["pbx", "reason"])
AMI_EVENTS = Counter("ucmdash_ami_events", "Live events handed to the board.", ["pbx", "kind"])
DRIFT = Counter("ucmdash_drift_rows", "Rows that live events had left wrong, and a poll corrected.", ["pbx"])
POLL_FAILURES = Counter("ucmdash_poll_failures", "Polls the PBX refused or did not answer in time.", ["pbx"])
FLUSH_ROWS = Histogram(
    "ucmdash_flush_rows",
    "Rows saved in one transaction.",
    ["pbx"],
    buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000),
)
FLUSH_SECONDS = Histogram(
    "ucmdash_flush_seconds",
    "From the start of a transaction to its message on the channel layer.",
    ["pbx"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
)
FLUSH_FAILURES = Counter("ucmdash_flush_failures", "Transactions that failed; their rows are tried again.", ["pbx"])
COMMANDS = Counter("ucmdash_commands", "What people asked of the PBX, once it has ended.", ["pbx", "kind", "outcome"])

# --- pages and their browsers ----------------------------------------------------------------------------------

SOCKETS = Gauge("ucmdash_sockets", "Browsers and programs connected to the board's socket.")
SOCKETS_CLOSED = Counter("ucmdash_sockets_closed", "Sockets closed by us, by the code they were told.", ["code"])
SOCKETS_HELD = Gauge("ucmdash_sockets_held", "Browsers that read too slowly and are sent nothing until they catch up.")
HOLDS = Counter("ucmdash_holds", "How often a browser fell behind.")
RESYNCS = Counter("ucmdash_resyncs", "Snapshots browsers asked for, because a change was missing.", ["pbx"])
SNAPSHOTS = Counter("ucmdash_snapshots", "Snapshots sent to browsers, for whatever reason.", ["pbx"])
HUB_RELOADS = Counter("ucmdash_hub_reloads", "Boards read from the database, by reason.", ["reason"])
HUB_WORKER_SILENCE = Gauge(
    "ucmdash_hub_worker_silence_seconds", "Since when this process has not heard the PBX's worker.", ["pbx"]
)

# --- between them ----------------------------------------------------------------------------------------------

LAYER_FAILURES = Counter("ucmdash_layer_failures", "Failures of the channel layer, by who met them.", ["side"])
for _side in ("worker", "pages"):
    LAYER_FAILURES.labels(_side)  # there before its first failure, or that one is never seen as an increase
