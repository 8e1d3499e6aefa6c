// Called by the ticket system.
export async function classify(ticket) {
  const response = await fetch('https://api.portkey.ai/v1/chat/completions', {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'x-portkey-api-key': process.env.PORTKEY_API_KEY,
      'x-portkey-virtual-key': process.env.PORTKEY_VIRTUAL_KEY,
      'x-portkey-trace-id': `ticket-${ticket.id}`,
    },
    body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: ticket.text }] }),
  });
  return response.json();
}
