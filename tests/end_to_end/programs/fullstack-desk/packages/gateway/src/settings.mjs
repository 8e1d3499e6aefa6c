export const GATEWAY_URL = 'https://api.portkey.ai/v1';

export function gatewayHeaders(extra = {}) {
  return {
    'x-portkey-api-key': process.env.PORTKEY_API_KEY,
    'x-portkey-provider': '@openai-prod',
    ...extra,
  };
}
