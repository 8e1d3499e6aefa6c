import Portkey from 'portkey-ai';

const portkey = new Portkey({ apiKey: process.env.PORTKEY_API_KEY });

const done = await portkey.chat.completions.create({
  model: process.env.MODEL,
  messages: [{ role: 'user', content: 'from a file' }],
});
console.log(done.choices[0].message.content);
