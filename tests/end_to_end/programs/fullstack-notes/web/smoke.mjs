import { summarise } from './api.mjs';
import { title } from './title.mjs';

console.log(await title('a note on tea'));
console.log(await summarise('Tea is to be bought.', 'ada'));
