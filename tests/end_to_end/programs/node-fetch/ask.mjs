const BASE = 'https://api.portkey.ai/v1';

function makeHeaders(traceId) {
  const headers = new Headers();
  headers.set('Content-Type', 'application/json');
  headers.set('Authorization', `Bearer ${process.env.OPENAI_API_KEY}`);
  headers.set('x-portkey-api-key', process.env.PORTKEY_API_KEY);
  headers.set('x-portkey-provider', 'openai');
  headers.set('x-portkey-trace-id', traceId);
  return headers;
}

async function ask(question) {
  const response = await fetch(`${BASE}/chat/completions`, {
    method: 'POST',
    headers: makeHeaders('cli-session-1'),
    body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: question }] }),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  const body = await response.json();
  return body.choices[0].message.content;
}

console.log(await ask('Where is the harbour?'));

const listing = await fetch('https://api.portkey.ai/v1/models', {
  headers: { 'x-portkey-api-key': process.env.PORTKEY_API_KEY, 'x-portkey-virtual-key': 'openai-a1b2c3' },
});
const { data } = await listing.json();
console.log(data.map((model) => model.id).join(', '));
