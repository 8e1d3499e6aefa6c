import os
from dataclasses import dataclass, field

from portkey_ai import Portkey


def connect() -> Portkey:
    return Portkey(api_key=os.getenv("PORTKEY_API_KEY"), virtual_key=os.getenv("PORTKEY_VIRTUAL_KEY"))


@dataclass
class Editor:
    style: str
    client: Portkey = field(default_factory=connect)

    def shorten(self, text: str) -> str:
        done = self.client.chat.completions.create(
            model="gpt-4o-mini",
            messages=[{"role": "system", "content": self.style}, {"role": "user", "content": text}],
        )
        return done.choices[0].message.content


print(Editor("dry").shorten("a long text"))
