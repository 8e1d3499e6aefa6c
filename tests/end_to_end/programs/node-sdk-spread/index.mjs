import Portkey from 'portkey-ai';

const common = {
  apiKey: process.env.PORTKEY_API_KEY,
  metadata: { app: 'shop' },
};

const cheap = new Portkey({ ...common, virtualKey: process.env.PORTKEY_VIRTUAL_KEY });
const traced = new Portkey({ ...common, virtualKey: process.env.PORTKEY_VIRTUAL_KEY, traceID: 'audit' });

async function ask(client, content) {
  const done = await client.chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content }] });
  console.log(done.choices[0].message.content);
}

await ask(cheap, 'cheaply');
await ask(traced, 'with a trace');
