/** How to plan. */
export interface PlanOptions {
  /** The gateway to move away from, as `sources()` lists them. */
  source: string;
  /** What is known of it (TOML), in the place of what is built in. */
  sourceToml?: string | undefined;
  /** Moves to this base URL in place of the target's own. */
  baseUrl?: string | undefined;
  /** Further base URLs to move. */
  fromUrls?: string[] | undefined;
  /** Leaves harmless headers without a counterpart in place. */
  keepUnmapped?: boolean | undefined;
  /** Files and folders to look into, relative to the root. */
  paths?: string[] | undefined;
  /** Globs of which a path must match one. */
  include?: string[] | undefined;
  /** Globs that exclude a path. */
  exclude?: string[] | undefined;
  /** Whether `.gitignore` and friends are obeyed; `true` if not given. */
  ignoreFiles?: boolean | undefined;
  /** Worker threads; 0, or none given, means as many as there are cores. */
  threads?: number | undefined;
  /** Stops the planning; the promise is rejected with an `AbortError` at once. */
  signal?: AbortSignal | undefined;
  /** Is told now and then how far the planning is, and once at the end. What it throws stops the planning. */
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** How far a plan is. */
export interface Progress {
  filesScanned: number;
  /** Those of them that mention the source gateway. */
  filesMatched: number;
}

/** One replacement, masked. Offsets are bytes of the original file; lines and columns count from 1. */
export interface ReportedEdit {
  rule: string;
  group: number;
  line: number;
  column: number;
  start: number;
  end: number;
  before: string;
  after: string;
}

/** Something to know or do, at a place in a file. */
export interface ReportedFinding {
  rule: string;
  level: 'action' | 'check' | 'note';
  line: number;
  column: number;
  message: string;
  help: string;
}

/** What becomes of one file. */
export interface ReportedFile {
  path: string;
  language: string;
  edits: ReportedEdit[];
  findings: ReportedFinding[];
}

/** What `aig migrate --format json` prints. */
export interface Report {
  schema: 1;
  source: string;
  target: string;
  files: ReportedFile[];
  environment: { kind: 'rename' | 'value' | 'add'; from: string; to: string; files: string[] }[];
  skipped: { path: string; reason: string }[];
  summary: { files_scanned: number; files_changed: number; edits: number; findings: number };
}

/** What would change in a tree. Only this object can be applied; what it prints as JSON can't. */
export declare class Plan {
  private constructor();
  /** The report, masked. */
  toJSON(): Report;
  /** The new bytes of each file that would change, by path. Not masked. */
  rewritten(): Record<string, Buffer>;
}

/** A file that was written. */
export interface WrittenFile {
  /** Relative to the root, with `/`. */
  path: string;
  /** The path of its backup, if that stays. */
  backup?: string;
}

/** What an apply did. */
export interface Applied {
  files: WrittenFile[];
  /** Those of them that were written in place: they have several names, or an owner that can't be given away. */
  inPlace: string[];
  /** Whether a line was added to the repository's `.git/info/exclude`, so that backups can't be committed. */
  excludedBackups: boolean;
}

/** What an undo did. */
export interface Undone {
  /** Files that hold their original bytes again. */
  restored: string[];
  /** Files that held them already. */
  unchanged: string[];
  /** Files that were edited since and were left, with the backup of the original. */
  left: WrittenFile[];
  /** Files that were left because there is no backup of the original. */
  withoutBackup: string[];
  /** With `force`: files that were edited since, with the backup of the newer text. */
  newer: WrittenFile[];
}

/** A gateway that can be moved away from. */
export interface Source {
  /** What it is called in `PlanOptions`. */
  name: string;
  /** What it calls itself. */
  title: string;
  /** The title of the gateway that is moved to. */
  target: string;
}

/** Plans the migration of the tree in the folder `root`. Writes nothing. */
export declare function plan(root: string | URL, options: PlanOptions): Promise<Plan>;
/** Plans the migration of files in memory, by relative paths with `/`. `rewritten()` has their new bytes. */
export declare function planFiles(
  files: Record<string, string | Uint8Array>,
  options: PlanOptions,
): Promise<Plan>;
/** Writes a plan: all files or none. Without `backup` it can't be undone. Once it writes, nothing stops it. */
export declare function apply(
  plan: Plan,
  options?: { backup?: boolean | undefined; signal?: AbortSignal | undefined },
): Promise<Applied>;
/** Takes the newest migration of the tree in the folder `root` back. `force` includes files that were edited since. */
export declare function undo(
  root: string | URL,
  options?: { force?: boolean | undefined; signal?: AbortSignal | undefined },
): Promise<Undone>;
/** The gateways that can be moved away from. */
export declare function sources(): Promise<Source[]>;
/** The version of all packages. */
export declare const version: string;

/** A plan, an apply or an undo failed as a whole. */
export declare class MigrateError extends Error {
  /** A stable word for what went wrong, such as `not-found`. */
  readonly code: string;
  /** The path that it is about, if it is about one. */
  readonly path?: string;
}
/** There is no such source, or what is known of it is not understood. */
export declare class SourceError extends MigrateError {}
/** An option, or a setting of the tree, can't be used. */
export declare class OptionError extends MigrateError {}
/** A file or folder could not be read or written. The tree is as it was. */
export declare class FileError extends MigrateError {}
/** A signal stopped the work before anything was written; `cause` is its reason. */
export declare class AbortError extends MigrateError {}
/** Nothing was applied; the tree is as it was. */
export declare class NotAppliedError extends MigrateError {}
/** An apply failed half-way and could not be rolled back. `undo()` can finish that. */
export declare class HalfAppliedError extends MigrateError {
  /** Each planned file, and what it holds. */
  readonly files: Record<string, 'old' | 'new' | 'neither'>;
}
/** An undo failed. With the code `half-undone`, running it again finishes it. */
export declare class UndoError extends MigrateError {
  /** After `half-undone`: each file with its state in words. */
  readonly files?: Record<string, string>;
}
/** There is no migration to undo. */
export declare class NothingToUndoError extends UndoError {}
