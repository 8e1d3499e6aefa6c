const { greet } = require('./lib/greet');
const { reply } = require('./lib/reply');

(async () => {
  console.log(await greet('Ada'));
  console.log(await reply('Where is my parcel?'));
})();
