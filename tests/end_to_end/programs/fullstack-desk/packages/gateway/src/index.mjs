export { chatClient } from './client.mjs';
export { GATEWAY_URL, gatewayHeaders } from './settings.mjs';
