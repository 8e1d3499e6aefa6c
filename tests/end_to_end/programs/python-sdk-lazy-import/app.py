from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portkey_ai import Portkey


def connect() -> Portkey:
    # Slow to import: only when needed.
    from portkey_ai import Portkey

    return Portkey(api_key=os.environ["PORTKEY_API_KEY"], provider="@anthropic-team")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("prompt", nargs="?", default="Say nothing at length.")
    parser.add_argument("--model", default="claude-3-5-haiku")
    arguments = parser.parse_args()
    client = connect()
    message = client.chat.completions.create(
        model=arguments.model, max_tokens=100, messages=[{"role": "user", "content": arguments.prompt}]
    )
    print(message.choices[0].message.content)


if __name__ == "__main__":
    main()
