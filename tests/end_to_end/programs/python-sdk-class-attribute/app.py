from __future__ import annotations

import os
from typing import Iterator, Optional

from portkey_ai import Portkey


class Assistant:
    """A conversation that remembers."""

    client: Portkey

    def __init__(self, name: str, api_key: Optional[str] = None) -> None:
        self.name = name
        self.history: list[dict[str, str]] = []
        self.client = Portkey(
            api_key=api_key or os.environ["PORTKEY_API_KEY"],
            virtual_key=os.environ["PORTKEY_VIRTUAL_KEY"],
            trace_id="assistant",
        )

    def ask(self, text: str) -> str:
        self.history.append({"role": "user", "content": text})
        reply = self.client.chat.completions.create(model="gpt-4o", messages=self.history)
        said = reply.choices[0].message.content
        self.history.append({"role": "assistant", "content": said})
        return said

    def stream(self, text: str) -> Iterator[str]:
        for chunk in self.client.chat.completions.create(
            model="gpt-4o", messages=[{"role": "user", "content": text}], stream=True
        ):
            yield chunk.choices[0].delta.content or ""


assistant = Assistant("Kim")
print(assistant.ask("Who are you?"))
print(assistant.ask("And before that?"))
print("|".join(assistant.stream("Goodbye")))
