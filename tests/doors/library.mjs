// Plans, applies and undoes each job through the JavaScript library, in one process. The argument is the file of jobs;
// what is printed is one line of JSON a job.
import fs from 'node:fs';
import { createRequire } from 'node:module';

const { library, jobs } = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
// Through `require`, as a program that lies beside the installed packages would; and once through `import`.
const aig = createRequire(library)(library);
const imported = await import(`${library}/index.mjs`);
for (const name of Object.keys(imported)) {
  if (imported[name] !== aig[name]) throw new Error(`import and require differ in ${name}`);
}
const missing = Object.keys(aig).filter((name) => !(name in imported));
if (missing.length > 0) throw new Error(`import lacks ${missing}`);

const tell = (value) => fs.writeSync(1, `${JSON.stringify(value)}\n`);
tell({ version: aig.version });
const bytes = (files) => Object.fromEntries(Object.entries(files).map(([path, text]) => [path, text.toString('hex')]));
for (const { folder, undone, files, flags } of jobs) {
  const options = {
    source: 'portkey',
    baseUrl: flags.base_url ?? undefined,
    fromUrls: flags.from_urls,
    keepUnmapped: flags.keep_unmapped,
  };
  const planned = await aig.plan(folder, options);
  await aig.apply(planned, { backup: false });
  const inMemory = await aig.planFiles(
    Object.fromEntries(Object.entries(files).map(([path, hex]) => [path, Buffer.from(hex, 'hex')])),
    options,
  );
  await aig.apply(await aig.plan(undone, options));
  await aig.undo(undone).catch((error) => {
    if (!(error instanceof aig.NothingToUndoError)) throw error;
  });
  const told = { plan: JSON.stringify(planned), rewritten: bytes(planned.rewritten()) };
  tell({ ...told, memory: { plan: JSON.stringify(inMemory), rewritten: bytes(inMemory.rewritten()) } });
}
