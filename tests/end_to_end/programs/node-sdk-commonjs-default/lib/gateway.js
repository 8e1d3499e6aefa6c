const Portkey = require('portkey-ai').default;

const portkey = new Portkey({
  apiKey: process.env.PORTKEY_API_KEY,
  config: 'pc-report-4f5e6d',
  metadata: { _user: 'reporter' },
});

module.exports = { portkey };
