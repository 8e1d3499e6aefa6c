#!/usr/bin/env python3
import json
import os

from openai import OpenAI

PORTKEY_HEADERS = {
    'x-portkey-api-key': os.getenv('PORTKEY_API_KEY'),
    'x-portkey-virtual-key': os.getenv('PORTKEY_VIRTUAL_KEY', ''),
    'x-portkey-metadata': json.dumps({'team': 'support', '_user': 'batch'}),
}

client = OpenAI(
    api_key='dummy',  # the virtual key holds the real one
    base_url='https://api.portkey.ai/v1',
    default_headers=PORTKEY_HEADERS,
)

TICKETS = [
    'The invoice is wrong again.',
    'Plan of attack for the login bug?',
]


def label(ticket):
    result = client.moderations.create(model='omni-moderation-latest', input=ticket)
    return 'flagged' if result.results[0].flagged else 'ok'


for ticket in TICKETS:
    reply = client.chat.completions.create(
        model='gpt-4o',
        messages=[{'role': 'user', 'content': f'Classify: {ticket}'}],
    )
    print(label(ticket), '|', reply.choices[0].message.content)
