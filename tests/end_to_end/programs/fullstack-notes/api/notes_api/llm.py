import os

from openai import OpenAI

from .settings import settings

client = OpenAI(
    base_url=settings.llm_base_url,
    api_key="dummy",
    default_headers={
        "x-portkey-api-key": settings.llm_api_key,
        "x-portkey-config": os.environ["PORTKEY_CONFIG"],  # routes to the small model first
    },
)


def summarise(text: str, user: str) -> str:
    done = client.chat.completions.create(
        model=settings.llm_model,
        messages=[{"role": "user", "content": f"Summarise: {text}"}],
        extra_headers={"x-portkey-trace-id": f"notes-{user}"},
    )
    return done.choices[0].message.content
