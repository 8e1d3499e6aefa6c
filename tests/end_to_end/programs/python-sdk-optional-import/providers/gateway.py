"""The gateway is an optional extra."""
import os

try:
    from portkey_ai import Portkey

    AVAILABLE = True
except ImportError:
    Portkey = None
    AVAILABLE = False


def complete(prompt: str) -> str:
    client = Portkey(api_key=os.environ["PORTKEY_API_KEY"], provider="@openai-prod")
    response = client.chat.completions.create(
        model="gpt-4o-mini",
        messages=[{"role": "user", "content": prompt}],
    )
    return response.choices[0].message.content
