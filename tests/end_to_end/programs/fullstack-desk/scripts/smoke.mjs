import { execFileSync } from 'node:child_process';
import { answer } from '../apps/api/src/answer.mjs';
import { POST } from '../apps/web/app/api/draft/route.mjs';

console.log(await answer('My jacket leaks.'));
const drafted = await POST(new Request('http://desk/api/draft', { method: 'POST', body: '{"ticket":"late parcel"}' }));
console.log((await drafted.json()).draft);
console.log(execFileSync('python3', ['-m', 'worker.run'], { cwd: 'apps', encoding: 'utf8' }).trim());
