export const gatewayKey = process.env.PORTKEY_API_KEY;
