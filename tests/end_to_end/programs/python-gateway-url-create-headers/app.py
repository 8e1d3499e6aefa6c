import os

from openai import OpenAI
from portkey_ai import PORTKEY_GATEWAY_URL, createHeaders

client = OpenAI(
    api_key="dummy",  # kept at Portkey
    base_url=PORTKEY_GATEWAY_URL,
    default_headers=createHeaders(
        api_key=os.environ["PORTKEY_API_KEY"],
        provider="@openai-prod",
        trace_id="nightly-report",
        metadata={"_user": "cron", "team": "data"},
    ),
)

for question in ("How many orders?", "How many returns?"):
    answer = client.chat.completions.create(
        model="gpt-4o",
        messages=[{"role": "user", "content": question}],
        response_format={"type": "text"},
    )
    print(question, "->", answer.choices[0].message.content)
