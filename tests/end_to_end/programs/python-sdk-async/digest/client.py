import os

from portkey_ai import AsyncPortkey

client = AsyncPortkey(api_key=os.environ["PORTKEY_API_KEY"], provider="@openai-prod")
