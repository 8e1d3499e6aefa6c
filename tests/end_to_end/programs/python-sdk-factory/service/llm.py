from functools import lru_cache
import os

from portkey_ai import Portkey

__all__ = ["get_client"]


@lru_cache(maxsize=None)
def get_client() -> Portkey:
    """One client for the process."""
    return Portkey(
        api_key=os.environ["PORTKEY_API_KEY"],
        config=os.environ.get("PORTKEY_CONFIG", "pc-defaul-000000"),
        metadata={"_environment": "production", "service": "search"},
    )
