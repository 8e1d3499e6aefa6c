"""One client a process."""
import os
from functools import lru_cache

from portkey_ai import AsyncPortkey


@lru_cache(maxsize=1)
def client() -> AsyncPortkey:
    return AsyncPortkey(
        api_key=os.environ["PORTKEY_API_KEY"],
        virtual_key=os.environ["PORTKEY_VIRTUAL_KEY"],
        trace_id="worker",
    )
