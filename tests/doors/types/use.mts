// Every export, used as its types say; and what they must refuse.
import {
  AbortError, apply, FileError, HalfAppliedError, MigrateError, NothingToUndoError, NotAppliedError, OptionError, plan,
  Plan, planFiles, SourceError, sources, undo, UndoError, version,
} from 'aigateway-cli';
import type { Applied, PlanOptions, Progress, Report, Source, Undone, WrittenFile } from 'aigateway-cli';

const options: PlanOptions = {
  source: 'portkey',
  sourceToml: undefined,
  baseUrl: 'https://gateway.example/v1',
  fromUrls: ['http://localhost:9000/v1'],
  keepUnmapped: true,
  paths: ['src'],
  include: ['**/*.ts'],
  exclude: ['legacy/**'],
  ignoreFiles: false,
  threads: 2,
  signal: AbortSignal.timeout(1000),
  onProgress: ({ filesScanned, filesMatched }: Progress) => console.log(filesScanned + filesMatched),
};

export async function use(): Promise<string> {
  const planned: Plan = await plan(new URL('file:///tmp'), options);
  const report: Report = planned.toJSON();
  const level: 'action' | 'check' | 'note' | undefined = report.files[0]?.findings[0]?.level;
  const bytes: Buffer | undefined = planned.rewritten()['a.ts'];
  const applied: Applied = await apply(planned, { backup: false, signal: new AbortController().signal });
  const first: WrittenFile | undefined = applied.files[0];
  const undone: Undone = await undo('.', { force: true });
  const known: Source[] = await sources();
  const memory: Plan = await planFiles({ 'a.ts': '', 'b.ts': new Uint8Array() }, { source: known[0]?.name ?? '' });
  // @ts-expect-error the report can't be applied
  await apply(report);
  // @ts-expect-error a plan can't be made by hand
  new Plan();
  // @ts-expect-error there is no such option
  await plan('.', { source: 'portkey', baseURL: '' });
  // @ts-expect-error the source is needed
  await plan('.', {});
  try {
    await apply(memory);
  } catch (error) {
    if (error instanceof HalfAppliedError) return error.files['a.ts'] ?? '';
    if (error instanceof NothingToUndoError || error instanceof UndoError) return error.code;
    if (error instanceof AbortError || error instanceof NotAppliedError) return error.message;
    if (error instanceof SourceError || error instanceof OptionError || error instanceof FileError) return error.name;
    if (error instanceof MigrateError) return error.path ?? error.code;
  }
  return `${version} ${level} ${bytes?.length} ${first?.backup} ${undone.restored.join()}`;
}
