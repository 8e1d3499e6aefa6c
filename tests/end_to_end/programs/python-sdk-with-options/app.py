"""Answers a queue of support tickets; every ticket has a trace of its own."""
import os
from portkey_ai import Portkey

client = Portkey(api_key=os.environ["PORTKEY_API_KEY"], config="pc-suppor-9c1d2e")

TICKETS = {"T-1001": "My parcel is late.", "T-1002": "My parcel is early."}


def answer(ticket: str, text: str) -> None:
    stream = client.with_options(trace_id=f"ticket-{ticket}").chat.completions.create(
        model="gpt-4o-mini",
        messages=[{"role": "user", "content": text}],
        stream=True,
    )
    for chunk in stream:
        print(chunk.choices[0].delta.content or "", end="", flush=True)
    print()


for ticket, text in TICKETS.items():
    answer(ticket, text)

closing = client.chat.completions.create(model="gpt-4o-mini", messages=[{"role": "user", "content": "Sum up."}])
print(closing.choices[0].message.content)
