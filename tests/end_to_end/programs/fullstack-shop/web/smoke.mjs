import { server } from '../api/src/server.js';
import { productLine } from './src/product.mjs';

await new Promise((done) => server.listen(0, '127.0.0.1', done));
const api = `http://127.0.0.1:${server.address().port}`;
for (const product of ['Rain jacket', 'Head torch']) {
  console.log(await productLine(api, product));
}
server.close();
