"""Everything that is not a stored prompt."""
import os

from portkey_ai import Portkey

chat = Portkey(
    api_key=os.environ["PORTKEY_API_KEY"],
    provider="@openai-prod",
)
