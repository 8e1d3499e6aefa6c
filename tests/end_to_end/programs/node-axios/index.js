const axios = require('axios');

const http = axios.create({
  baseURL: 'https://api.portkey.ai/v1',
  // The proxy settings of the office break TLS.
  proxy: false,
  headers: {
    'Content-Type': 'application/json',
    Authorization: `Bearer ${process.env.OPENAI_API_KEY}`,
    'x-portkey-api-key': process.env.PORTKEY_API_KEY,
    'x-portkey-provider': 'openai',
  },
});

async function main() {
  const { data } = await http.post(
    '/chat/completions',
    { model: 'gpt-4o', messages: [{ role: 'user', content: 'axios or fetch?' }] },
    { headers: { 'x-portkey-trace-id': 'axios-1' } },
  );
  console.log(data.choices[0].message.content);
  const models = await http.get('/models');
  console.log(models.data.data.map((model) => model.id).join(' '));
}

main();
