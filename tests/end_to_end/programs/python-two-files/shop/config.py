"""Settings, in one place."""
import os

GATEWAY_URL = "https://api.portkey.ai/v1"
GATEWAY_KEY = os.environ["PORTKEY_API_KEY"]

DEFAULT_MODEL = "@openai-prod/gpt-4o-mini"
EMBEDDING_MODEL = "@openai-prod/text-embedding-3-small"
