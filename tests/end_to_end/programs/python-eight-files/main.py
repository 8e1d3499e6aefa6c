"""Prints what the desk says about each ticket."""
from desk.answers import answer, similar
from desk.audit import count_models

TICKETS = ["My jacket leaks.", "Where is my parcel?"]

for number, ticket in enumerate(TICKETS):
    print(answer(ticket, f"ticket-{number}"))
print(similar(TICKETS))
print(count_models())
