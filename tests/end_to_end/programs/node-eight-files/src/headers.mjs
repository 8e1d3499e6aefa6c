import { key } from './config/index.mjs';

export const headers = (traceId) => ({
  'x-portkey-api-key': key,
  'x-portkey-provider': '@openai-prod',
  ...(traceId ? { 'x-portkey-trace-id': traceId } : {}),
});
