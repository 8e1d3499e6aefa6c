"""Where things are."""

VERSION = "v1"
GATEWAY = f"https://api.portkey.ai/{VERSION}"
STATUS_PAGE = "https://status.example.com"
