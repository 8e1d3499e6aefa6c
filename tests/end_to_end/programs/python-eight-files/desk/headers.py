"""The names of what the gateway wants to know, and what to tell it."""
from .secrets import GATEWAY_KEY, UPSTREAM

KEY = "x-portkey-api-key"
VIRTUAL_KEY = "x-portkey-virtual-key"
TRACE = "x-portkey-trace-id"


def gateway_headers():
    return {
        KEY: GATEWAY_KEY,
        VIRTUAL_KEY: UPSTREAM,
    }


def trace(ticket):
    return {TRACE: ticket}
