"""What comes from the environment, and nothing else."""
import os


def required(name):
    value = os.environ.get(name)
    if not value:
        raise RuntimeError(f"{name} is not set")
    return value


GATEWAY_KEY = required("PORTKEY_API_KEY")
UPSTREAM = os.environ["PORTKEY_VIRTUAL_KEY"]
