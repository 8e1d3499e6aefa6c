from service.llm import get_client


def embed(texts):
    rows = get_client().embeddings.create(model="text-embedding-3-small", input=texts, encoding_format="float")
    return [row.embedding for row in rows.data]
