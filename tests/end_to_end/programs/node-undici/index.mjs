import { request } from 'undici';

const ENDPOINT = 'https://api.portkey.ai/v1/chat/completions';

function headers(trace) {
  return {
    'content-type': 'application/json',
    'X-Portkey-Api-Key': process.env.PORTKEY_API_KEY,
    'X-Portkey-Virtual-Key': 'openai-a1b2c3',
    'X-Portkey-Trace-Id': trace,
    'x-request-source': 'worker',
  };
}

const { statusCode, body } = await request(ENDPOINT, {
  method: 'POST',
  headers: headers('undici-1'),
  body: JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'fast?' }] }),
});
console.log(statusCode, (await body.json()).choices[0].message.content);
