export async function productLine(api, product) {
  const response = await fetch(`${api}/describe?product=${encodeURIComponent(product)}`, {
    headers: { 'x-request-id': `web-${product.length}` },
  });
  const { text, error } = await response.json();
  if (error) throw new Error(error);
  return text;
}
