'use strict';

/** A plan, an apply or an undo failed as a whole. */
class MigrateError extends Error {
  constructor(message, { code = 'error', path, files, cause } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    if (path !== undefined && path !== null) this.path = path;
    if (files !== undefined) this.files = files;
  }
}
class SourceError extends MigrateError {}
class OptionError extends MigrateError {}
class FileError extends MigrateError {}
class AbortError extends MigrateError {}
class NotAppliedError extends MigrateError {}
class HalfAppliedError extends MigrateError {}
class UndoError extends MigrateError {}
class NothingToUndoError extends UndoError {}

const classes = {
  MigrateError,
  SourceError,
  OptionError,
  FileError,
  AbortError,
  NotAppliedError,
  HalfAppliedError,
  UndoError,
  NothingToUndoError,
};
for (const [name, constructor] of Object.entries(classes)) {
  Object.defineProperty(constructor.prototype, 'name', { value: name, configurable: true, writable: true });
}

const byCode = {
  source: SourceError,
  option: OptionError,
  config: OptionError,
  cancelled: AbortError,
  'not-found': FileError,
  changed: FileError,
  refused: FileError,
  locked: FileError,
  io: FileError,
  'not-applied': NotAppliedError,
  'half-applied': HalfAppliedError,
  'nothing-to-undo': NothingToUndoError,
  'no-backup': UndoError,
  'not-undone': UndoError,
  'half-undone': UndoError,
  record: UndoError,
};

/** The error of a failure of the library. */
function fromFailure(failure) {
  const { code, message, path, files } = failure;
  const known = byCode[code] ?? MigrateError;
  const leaves = known === HalfAppliedError || code === 'half-undone';
  return new known(message, { code, path, files: leaves ? files : undefined });
}

module.exports = { classes, fromFailure };
