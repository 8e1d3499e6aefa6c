const OpenAI = require('openai');
const { createHeaders, PORTKEY_GATEWAY_URL } = require('portkey-ai');

const { OPENAI_API_KEY, PORTKEY_API_KEY } = process.env;

const client = new OpenAI({
  apiKey: OPENAI_API_KEY,
  baseURL: PORTKEY_GATEWAY_URL,
  defaultHeaders: createHeaders({ provider: 'openai', apiKey: PORTKEY_API_KEY }),
});

client.chat.completions
  .create({ model: 'gpt-4o', messages: [{ role: 'user', content: 'promise?' }] })
  .then((completion) => console.log(completion.choices[0].message.content));
