const { PORTKEY_API_KEY, PORTKEY_BASE_URL = 'https://api.portkey.ai/v1' } = process.env;

const answer = await fetch(`${PORTKEY_BASE_URL}/chat/completions`, {
  method: 'POST',
  headers: new Headers({
    'Content-Type': 'application/json',
    'x-portkey-api-key': PORTKEY_API_KEY,
    'x-portkey-virtual-key': 'openai-a1b2c3',
    'x-portkey-trace-id': 'destructured',
  }),
  body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'in pieces' }] }),
});
console.log((await answer.json()).choices[0].message.content);
