import os
import sys

from openai import APIStatusError, OpenAI
from openai.types.chat import ChatCompletionMessageParam
from portkey_ai import Portkey

portkey = Portkey(api_key=os.environ["PORTKEY_API_KEY"], virtual_key=os.environ["PORTKEY_VIRTUAL_KEY"])


def direct() -> OpenAI:
    """For those who pay OpenAI themselves."""
    return OpenAI(api_key=os.environ["OPENAI_API_KEY"])


def ask(text: str) -> str:
    messages: list[ChatCompletionMessageParam] = [{"role": "user", "content": text}]
    client = direct() if "--direct" in sys.argv else portkey
    try:
        return client.chat.completions.create(model="gpt-4o-mini", messages=messages).choices[0].message.content
    except APIStatusError as error:
        return f"failed with {error.status_code}"


print(ask("Which of you answers?"))
