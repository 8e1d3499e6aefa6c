"""The exceptions."""

from __future__ import annotations

from typing import Dict, Optional, Type


class MigrateError(Exception):
    """A plan, an apply or an undo failed as a whole."""

    code: str
    """A stable word for what went wrong, such as ``not-found``."""
    path: Optional[str]
    """The path that it is about, if it is about one."""

    def __init__(self, message: str, code: str = "error", path: Optional[str] = None) -> None:
        super().__init__(message)
        self.code = code
        self.path = path

    def __repr__(self) -> str:
        about = f", path={self.path!r}" if self.path is not None else ""
        return f"{type(self).__name__}({str(self)!r}, code={self.code!r}{about})"


class SourceError(MigrateError, ValueError):
    """There is no such source, or what is known of it is not understood."""


class OptionError(MigrateError, ValueError):
    """An option, or a setting of the tree, can't be used."""


class FileError(MigrateError):
    """A file or folder could not be read or written. The tree is as it was."""


class Cancelled(MigrateError):
    """A plan was stopped."""


class NotApplied(MigrateError):
    """Nothing was applied; the tree is as it was."""


class HalfApplied(MigrateError):
    """An apply failed half-way and could not be rolled back. :func:`undo` can finish that."""

    files: Dict[str, str] = {}
    """Each planned file, and what it holds: ``old``, ``new`` or ``neither``."""


class UndoError(MigrateError):
    """An undo failed. With the code ``half-undone``, running it again finishes it."""

    files: Dict[str, str] = {}
    """After ``half-undone``: each file with its state in words."""


class NothingToUndo(UndoError):
    """There is no migration to undo."""


_CLASSES: Dict[str, Type[MigrateError]] = {
    "source": SourceError,
    "option": OptionError,
    "config": OptionError,
    "cancelled": Cancelled,
    "not-found": FileError,
    "changed": FileError,
    "refused": FileError,
    "locked": FileError,
    "io": FileError,
    "not-applied": NotApplied,
    "half-applied": HalfApplied,
    "nothing-to-undo": NothingToUndo,
    "no-backup": UndoError,
    "not-undone": UndoError,
    "half-undone": UndoError,
    "record": UndoError,
}


def error(code: str, message: str, path: Optional[str], files: Dict[str, str]) -> MigrateError:
    """The exception of a failure of the library."""
    made = _CLASSES.get(code, MigrateError)(message, code, path)
    if isinstance(made, (HalfApplied, UndoError)):
        made.files = files
    return made
