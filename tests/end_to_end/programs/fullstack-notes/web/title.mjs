// Runs on the server side of the front end: titles are made while a page is rendered.
const { PORTKEY_API_KEY } = process.env;

export async function title(text) {
  const response = await fetch('https://api.portkey.ai/v1/chat/completions', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-portkey-api-key': PORTKEY_API_KEY,
      'x-portkey-virtual-key': 'openai-a1b2c3',
    },
    body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: `Title for: ${text}` }] }),
  });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return (await response.json()).choices[0].message.content;
}
