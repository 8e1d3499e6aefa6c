const API_URL = process.env.API_URL ?? 'http://localhost:8000';

export async function summarise(text, user) {
  const response = await fetch(API_URL, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text, user }),
  });
  return (await response.json()).summary;
}
