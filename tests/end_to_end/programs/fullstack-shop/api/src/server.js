import { createServer } from 'node:http';
import { describe } from './describe.js';

export const server = createServer(async (request, response) => {
  const product = new URL(request.url, 'http://shop').searchParams.get('product');
  try {
    response.end(JSON.stringify({ text: await describe(product, request.headers['x-request-id']) }));
  } catch (error) {
    response.writeHead(502).end(JSON.stringify({ error: String(error) }));
  }
});
