const client = require('./client');

client.chat.completions
  .create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'exported' }] })
  .then((done) => console.log(done.choices[0].message.content));
