const { Portkey } = require('portkey-ai');

const portkey = new Portkey({ apiKey: process.env.PORTKEY_API_KEY });

exports.greet = async (name) => {
  const done = await portkey.prompts.completions.create({
    promptID: 'pp-greeting-11aa22',
    variables: { name },
  });
  return done.choices[0].message.content;
};
