"""The stored prompts; marketing edits them in the dashboard."""
import os

from portkey_ai import Portkey

prompts = Portkey(
    api_key=os.environ["PORTKEY_API_KEY"],
    virtual_key=os.environ["OPENAI_VIRTUAL_KEY"],
)
