module.exports = {
  gatewayUrl: 'https://api.portkey.ai/v1',
  apiKey: process.env.PORTKEY_API_KEY,
};
