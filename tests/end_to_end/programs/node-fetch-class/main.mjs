import { Gateway } from './client.mjs';

const gateway = new Gateway({ trace: 'fetch-class' });
const chat = await gateway.post('/chat/completions', { model: 'gpt-4o', messages: [{ role: 'user', content: 'getter' }] });
console.log(chat.choices[0].message.content);
const embedded = await gateway.post('/embeddings', { model: 'text-embedding-3-small', input: 'getter' });
console.log(embedded.data[0].embedding.length);
