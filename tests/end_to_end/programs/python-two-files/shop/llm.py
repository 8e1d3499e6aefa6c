from openai import OpenAI

from .config import GATEWAY_KEY, GATEWAY_URL

client = OpenAI(api_key=GATEWAY_KEY, base_url=GATEWAY_URL)
