import library from './index.js';

export const {
  plan, planFiles, apply, undo, sources, version, Plan, MigrateError, SourceError, OptionError, FileError, AbortError,
  NotAppliedError, HalfAppliedError, UndoError, NothingToUndoError,
} = library;
