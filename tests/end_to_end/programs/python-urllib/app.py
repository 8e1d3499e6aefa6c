import json
import os
import urllib.request

request = urllib.request.Request(
    "https://api.portkey.ai/v1/embeddings",
    data=json.dumps({"model": "@openai-prod/text-embedding-3-small", "input": "snow"}).encode(),
    method="POST",
)
request.add_header("Content-Type", "application/json")
request.add_header("x-portkey-api-key", os.environ["PORTKEY_API_KEY"])
request.add_header("x-portkey-trace-id", "urllib")

with urllib.request.urlopen(request) as response:
    print(json.load(response)["data"][0]["embedding"])
