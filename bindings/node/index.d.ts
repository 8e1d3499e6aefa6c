/** How to plan. */
export interface Options {
  /** The gateway to move away from, as `sources()` lists them. */
  source: string
  /** What is known of it (TOML), in the place of what is built in. */
  sourceToml?: string
  /** Moves to this base URL in place of the target's own. */
  baseUrl?: string
  /** Further base URLs to move. */
  fromUrls?: Array<string>
  /** Leaves harmless headers without a counterpart in place. */
  keepUnmapped?: boolean
  /** Files and folders to look into, relative to the root. */
  paths?: Array<string>
  /** Globs of which a path must match one. */
  include?: Array<string>
  /** Globs that exclude a path. */
  exclude?: Array<string>
  /** Whether `.gitignore` and friends are obeyed; `true` if not given. */
  ignoreFiles?: boolean
  /** Worker threads; 0, or none given, means as many as there are cores. */
  threads?: number
}

/** One replacement, masked. Offsets are bytes of the original file; lines and columns count from 1. */
export interface ReportedEdit {
  rule: string
  group: number
  line: number
  column: number
  start: number
  end: number
  before: string
  after: string
}

/** Something to know or do, at a place in a file. */
export interface ReportedFinding {
  rule: string
  level: 'action' | 'check' | 'note'
  line: number
  column: number
  message: string
  help: string
}

/** What `aig migrate --format json` prints. */
export interface Report {
  schema: 1
  source: string
  target: string
  files: Array<{ path: string; language: string; edits: Array<ReportedEdit>; findings: Array<ReportedFinding> }>
  environment: Array<{ kind: 'rename' | 'value' | 'add'; from: string; to: string; files: Array<string> }>
  skipped: Array<{ path: string; reason: string }>
  summary: { files_scanned: number; files_changed: number; edits: number; findings: number }
}

/** What would change in a tree. Only this object can be applied; what it prints as JSON can't. */
export declare class Plan {
  private constructor()
  /** The report, masked. */
  toJSON(): Report
  /** The new bytes of each file that would change, by path. */
  rewritten(): Record<string, Buffer>
}

/** A file that was written. */
export interface WrittenFile {
  path: string
  /** The path of its backup, if that stays. */
  backup?: string
}

/** What an undo did. */
export interface Undone {
  /** Files that hold their original bytes again. */
  restored: Array<string>
  /** Files that were edited since and were left. */
  left: Array<WrittenFile>
}

/** Plans the migration of the tree in the folder `root`. Writes nothing. */
export declare function plan(root: string, options: Options): Promise<Plan>
/** Plans the migration of files in memory: paths with `/`, and bytes. */
export declare function planFiles(files: Record<string, Buffer>, options: Options): Promise<Plan>
/** Writes a plan: all files or none. Backups stay beside the files unless `backup` is `false`. */
export declare function apply(plan: Plan, backup?: boolean): Promise<Array<WrittenFile>>
/** Takes the newest run of the tree in the folder `root` back. `force` includes files that were edited since. */
export declare function undo(root: string, force?: boolean): Promise<Undone>
/** The gateways that can be moved away from. */
export declare function sources(): Array<string>
