import os

from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI
from portkey_ai import createHeaders, PORTKEY_GATEWAY_URL

PORTKEY_API_KEY = os.environ.get("PORTKEY_API_KEY")

llm = ChatOpenAI(
    api_key="X",
    base_url=PORTKEY_GATEWAY_URL,
    model="@openai-prod/gpt-4o",
    temperature=0,
    default_headers=createHeaders(api_key=PORTKEY_API_KEY, trace_id="langchain-demo"),
)

prompt = ChatPromptTemplate.from_messages([("system", "Translate to {language}."), ("human", "{text}")])
chain = prompt | llm | StrOutputParser()

print(chain.invoke({"language": "Italian", "text": "Good morning"}))
for piece in chain.stream({"language": "Danish", "text": "Good night"}):
    print(piece, end="")
print()
