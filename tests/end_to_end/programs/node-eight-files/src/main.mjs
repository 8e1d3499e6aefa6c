import { describe } from './describe.mjs';
import { embed } from './embed.mjs';

for (const product of ['Rain jacket', 'Head torch']) {
  console.log(await describe(product));
}
console.log(await embed(['tea', 'coffee']));
