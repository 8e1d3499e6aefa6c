from .clients import session
from .endpoints import GATEWAY


def count_models():
    listed = session.get(f"{GATEWAY}/models", timeout=20)
    listed.raise_for_status()
    return len(listed.json()["data"])
