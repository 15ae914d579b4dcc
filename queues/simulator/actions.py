"""Which AMI action is done by which function.

A handler takes the desk and the request and returns the packets of its answer, or `Later` when the answer must
wait. It raises `Refused` with the PBX's words. What belongs to the connection (Login, Events, Logoff, …) is in
`session`; who may do what is decided there, too.
"""

from __future__ import annotations

from collections.abc import Callable

from queues.simulator import actions_calls, actions_lists, actions_queues
from queues.simulator.desk import Desk, Later
from queues.simulator.requests import Request

Handler = Callable[[Desk, Request], list[str] | Later]

#: Handlers by lower-case action name.
HANDLERS: dict[str, Handler] = {
    "ping": actions_lists.ping,
    "coresettings": actions_lists.core_settings,
    "corestatus": actions_lists.core_status,
    "getvar": actions_lists.get_variable,
    "queues": actions_queues.queues,
    "gsagents": actions_queues.gs_agents,
    "queuestatus": actions_queues.queue_status,
    "queuesummary": actions_queues.queue_summary,
    "queuepause": actions_queues.queue_pause,
    "queueadd": actions_queues.queue_add,
    "queueremove": actions_queues.queue_remove,
    "queuepenalty": actions_queues.queue_penalty,
    "queuememberringinuse": actions_queues.queue_ring_in_use,
    "queuereset": actions_queues.queue_reset,
    "queuechangeprioritycaller": actions_queues.queue_change_priority,
    "queuewithdrawcaller": actions_queues.queue_withdraw,
    "queuelog": actions_queues.queue_log,
    "queuereload": actions_queues.queue_reload,
    "queuelogin": actions_queues.queue_log_in,
    "queuelogoff": actions_queues.queue_remove,
    "hangup": actions_calls.hang_up,
    "originate": actions_calls.originate,
    "redirect": actions_calls.redirect,
    "blindtransfer": actions_calls.blind_transfer,
    "atxfer": actions_calls.attended_transfer,
    "park": actions_calls.park,
    "mixmonitor": actions_calls.start_mixing,
    "stopmixmonitor": actions_calls.stop_mixing,
    "monitor": actions_calls.start_monitor,
    "stopmonitor": actions_calls.stop_monitor,
    "pausemonitor": actions_calls.pause_recording,
    "unpausemonitor": actions_calls.unpause_recording,
    "coreshowchannels": actions_lists.core_show_channels,
    "status": actions_lists.status,
    "devicestatelist": actions_lists.device_state_list,
    "extensionstatelist": actions_lists.extension_state_list,
    "reload": actions_lists.reload,
}
