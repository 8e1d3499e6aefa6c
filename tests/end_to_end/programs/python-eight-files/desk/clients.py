"""Builds what the rest of the desk talks through."""
import requests
from openai import OpenAI

from . import endpoints
from .headers import gateway_headers

client = OpenAI(
    api_key="unused",
    base_url=endpoints.GATEWAY,
    default_headers=gateway_headers(),
)

session = requests.Session()
session.headers.update(gateway_headers())
