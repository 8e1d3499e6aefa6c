import os
import itertools

from portkey_ai import Portkey, createHeaders

client = Portkey(api_key=os.environ["PORTKEY_API_KEY"], provider="@openai-prod")
numbers = itertools.count(1)


def ask(text, headers):
    done = client.chat.completions.create(
        model="gpt-4o",
        messages=[{"role": "user", "content": text}],
        extra_headers=headers,
    )
    print(done.choices[0].message.content)


ask("by helper", createHeaders(trace_id=f"run-{next(numbers)}"))
ask("by hand", {"x-portkey-trace-id": f"run-{next(numbers)}"})
