import Portkey from 'portkey-ai';

const portkey = new Portkey({
  apiKey: process.env.PORTKEY_API_KEY, // from app.portkey.ai
  virtualKey: process.env.PORTKEY_VIRTUAL_KEY,
});

const chatCompletion = await portkey.chat.completions.create({
  messages: [{ role: 'user', content: 'Say this is a test' }],
  model: 'gpt-4o',
  temperature: 0.5,
});
console.log(chatCompletion.choices[0].message.content);

const { data } = await portkey.embeddings.create({ model: 'text-embedding-3-small', input: ['a', 'b'], encoding_format: 'float' });
for (const { embedding } of data) console.log(embedding.join(', '));
