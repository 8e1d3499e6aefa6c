import { GATEWAY_URL, gatewayHeaders } from '../../../../../packages/gateway/src/index.mjs';

export const dynamic = 'force-dynamic';

export async function POST(request) {
  const { ticket } = await request.json();
  const upstream = await fetch(`${GATEWAY_URL}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...gatewayHeaders({ 'x-portkey-trace-id': 'draft' }) },
    body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: `Draft: ${ticket}` }] }),
  });
  if (!upstream.ok) return new Response(await upstream.text(), { status: upstream.status });
  const { choices } = await upstream.json();
  return Response.json({ draft: choices[0].message.content });
}
