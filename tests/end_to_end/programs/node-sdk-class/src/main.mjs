import { Chat, plain } from './chat.mjs';

const chat = Chat.named('ann');
console.log(await chat.send('Remember 7.'));
console.log(await chat.send('What did I say?'));

const verdict = await plain().moderations.create({ model: 'omni-moderation-latest', input: 'hello' });
console.log(verdict.results[0].flagged);
