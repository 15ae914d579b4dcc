"""A PBX that is not there: an AMI server of its own over a floor of simulated callers and agents.

It is an independent witness of the protocol, so it imports nothing of `queues.ami` and nothing of Django.
`floor` is the pure state machine (time and randomness are arguments), `behaviour` the people on it,
`render_ucm` and `render_stock` the two dialects, `actions_*` what a client may ask, `session` one
connection, `server.SimulatedPbx` all of it together.
"""
