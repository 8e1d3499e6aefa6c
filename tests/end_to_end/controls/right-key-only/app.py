import os
from openai import OpenAI

client = OpenAI(
    base_url="https://api.aigateway.sh/v1",
    api_key=os.environ["AIGATEWAY_API_KEY"],
)

resp = client.chat.completions.create(
    model="anthropic/claude-opus-4.7",
    messages=[{"role": "user", "content": "Say hello to the new gateway."}],
)
print(resp.choices[0].message.content)

# The same again, streamed.
stream = client.chat.completions.create(
    model="anthropic/claude-opus-4.7",
    messages=[
        {"role": "system", "content": "You are terse."},
        {"role": "user", "content": "Count to three — slowly."},
    ],
    temperature=0.2,
    stream=True,
)
for chunk in stream:
    if chunk.choices and chunk.choices[0].delta.content:
        print(chunk.choices[0].delta.content, end="", flush=True)
print()
