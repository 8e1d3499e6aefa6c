"""Run with: python3 -m summarise "first note" "second note"."""

import os
import sys

from openai import OpenAI


def make_client() -> OpenAI:
    # Everything goes through Portkey so that we see the cost per trace.
    return OpenAI(
        api_key=os.environ["OPENAI_API_KEY"],
        base_url="https://api.portkey.ai/v1",
        default_headers={
            "x-portkey-api-key": os.environ["PORTKEY_API_KEY"],
            "x-portkey-provider": "openai",
            "x-portkey-trace-id": "nightly-summary",
        },
        max_retries=0,
    )


def main(notes):
    client = make_client()
    for note in notes:
        answer = client.chat.completions.create(
            model="gpt-4o-mini",
            messages=[
                {"role": "system", "content": "Summarise in five words."},
                {"role": "user", "content": note},
            ],
            max_tokens=20,
        )
        print(f"{note}: {answer.choices[0].message.content}")

    vectors = client.embeddings.create(model="text-embedding-3-small", input=notes)
    for item in vectors.data:
        print(item.index, [round(x, 3) for x in item.embedding])


if __name__ == "__main__":
    main(sys.argv[1:])
