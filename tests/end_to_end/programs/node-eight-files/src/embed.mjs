import { GATEWAY } from './config/index.mjs';
import { headers } from './headers.mjs';

export async function embed(input) {
  const response = await fetch(`${GATEWAY}/embeddings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers('embed-run') },
    body: JSON.stringify({ model: 'text-embedding-3-small', input }),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  const { data } = await response.json();
  return data.map((item) => item.embedding.length);
}
