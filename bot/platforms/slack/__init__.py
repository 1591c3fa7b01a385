"""Slack as a chat platform.

running        starts and stops everything, over Socket Mode or HTTP
check_tokens   whether the tokens work, for `paperwire check`
views          the App Home and the modals; `surfaces` registers their handlers
interactions   what people type and press in conversations, and lifecycle events
messages       renders replies and digests, sends them, fills the threads below digests
blocks         builds, validates and shortens Block Kit; knows no API
api            Web API clients, errors, look-ups, installations, the two connections; knows no blocks

Each imports only what is below it in this list.
"""
