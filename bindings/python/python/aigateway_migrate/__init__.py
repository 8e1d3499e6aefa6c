"""Plans and applies the migration of a source tree from another LLM gateway to AIgateway.

    >>> import aigateway_migrate as aig
    >>> plan = aig.plan("path/to/repository", "portkey")   # writes nothing
    >>> aig.apply(plan)                                    # all files or none
    >>> aig.undo("path/to/repository")

Every failure is a :class:`MigrateError` with a ``code`` and, where it is about one, a ``path``.
"""

from __future__ import annotations

from os import PathLike
from pathlib import PurePath, PurePosixPath
from typing import Callable, Mapping, NamedTuple, Optional, Sequence, Tuple, TypeVar, Union

from . import _native
from ._errors import (
    Cancelled,
    FileError,
    HalfApplied,
    MigrateError,
    NotApplied,
    NothingToUndo,
    OptionError,
    SourceError,
    UndoError,
)
from ._native import Plan, __version__

__all__ = [
    "Applied",
    "Cancelled",
    "FileError",
    "HalfApplied",
    "MigrateError",
    "NotApplied",
    "NothingToUndo",
    "OptionError",
    "Plan",
    "Progress",
    "Source",
    "SourceError",
    "UndoError",
    "Undone",
    "WrittenFile",
    "__version__",
    "apply",
    "plan",
    "plan_files",
    "sources",
    "undo",
]


_T = TypeVar("_T")


class Source(NamedTuple):
    """A gateway that can be moved away from."""

    name: str
    """What it is called in :func:`plan`."""
    title: str
    """What it calls itself."""
    target: str
    """The title of the gateway that is moved to."""


class Progress(NamedTuple):
    """How far a plan is."""

    files_scanned: int
    files_matched: int
    """Those of them that mention the source gateway."""


class WrittenFile(NamedTuple):
    """A file that was written. Paths are relative to the root: ``root / written.path``."""

    path: PurePosixPath
    backup: Optional[PurePosixPath]
    """Its backup, if that stays."""


class Applied(NamedTuple):
    """What an apply did."""

    files: Tuple[WrittenFile, ...]
    in_place: Tuple[PurePosixPath, ...]
    """Those of them that were written in place: they have several names, or an owner that can't be given away."""
    excluded_backups: bool
    """Whether a line was added to the repository's ``.git/info/exclude``, so that backups can't be committed."""


class Undone(NamedTuple):
    """What an undo did."""

    restored: Tuple[PurePosixPath, ...]
    """Files that hold their original bytes again."""
    unchanged: Tuple[PurePosixPath, ...]
    """Files that held them already."""
    left: Tuple[WrittenFile, ...]
    """Files that were edited since and were left, with the backup of the original."""
    without_backup: Tuple[PurePosixPath, ...]
    """Files that were left because there is no backup of the original."""
    newer: Tuple[WrittenFile, ...]
    """With ``force``: files that were edited since, with the backup of the newer text."""


def plan(
    root: Union[str, PathLike[str]],
    source: str,
    *,
    source_toml: Optional[str] = None,
    base_url: Optional[str] = None,
    from_urls: Sequence[str] = (),
    keep_unmapped: bool = False,
    paths: Sequence[Union[str, PurePath]] = (),
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    ignore_files: bool = True,
    threads: int = 0,
    progress: Optional[Callable[[Progress], object]] = None,
) -> Plan:
    """Plans the migration of the tree in the folder ``root`` away from the gateway ``source``. Writes nothing.

    ``source_toml`` is what is known of the source, in the place of what is built in. ``base_url`` is moved to in place
    of the target's own, and ``from_urls`` are further URLs to move. ``keep_unmapped`` leaves harmless headers without a
    counterpart in place. ``paths`` are files and folders to look into, relative to the root; ``include`` and ``exclude``
    are globs; ``ignore_files`` says whether ``.gitignore`` is obeyed. ``threads`` is 0 for as many as there are cores.

    ``progress`` is called now and then, and once at the end; what it raises stops the plan. So does Ctrl-C.
    """
    return _native.plan(
        root,
        source,
        source_toml=source_toml,
        base_url=base_url,
        from_urls=_several("from_urls", from_urls),
        keep_unmapped=keep_unmapped,
        paths=[path.as_posix() if isinstance(path, PurePath) else path for path in _several("paths", paths)],
        include=_several("include", include),
        exclude=_several("exclude", exclude),
        ignore_files=ignore_files,
        threads=threads,
        progress=_watcher(progress),
    )


def plan_files(
    files: Mapping[Union[str, PurePath], Union[str, bytes]],
    source: str,
    *,
    source_toml: Optional[str] = None,
    base_url: Optional[str] = None,
    from_urls: Sequence[str] = (),
    keep_unmapped: bool = False,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    ignore_files: bool = True,
    threads: int = 0,
    progress: Optional[Callable[[Progress], object]] = None,
) -> Plan:
    """Plans the migration of files in memory: relative paths with ``/``, and text or bytes.

    Their new bytes are in ``plan.rewritten()``; there is nothing to apply. The options are those of :func:`plan`.
    """
    given = {
        path.as_posix() if isinstance(path, PurePath) else path: text.encode() if isinstance(text, str) else text
        for path, text in files.items()
    }
    return _native.plan_files(
        given,
        source,
        source_toml=source_toml,
        base_url=base_url,
        from_urls=_several("from_urls", from_urls),
        keep_unmapped=keep_unmapped,
        include=_several("include", include),
        exclude=_several("exclude", exclude),
        ignore_files=ignore_files,
        threads=threads,
        progress=_watcher(progress),
    )


def apply(plan: Plan, *, backup: bool = True) -> Applied:
    """Writes a plan: all files or none. Without ``backup`` it can't be undone.

    Ctrl-C does not stop it half-way: it is raised when all is written.
    """
    files, in_place, excluded = _native.apply(plan, backup=backup)
    return Applied(_written(files), _paths(in_place), excluded)


def undo(root: Union[str, PathLike[str]], *, force: bool = False) -> Undone:
    """Takes the newest migration of the tree in the folder ``root`` back, byte for byte.

    Files that were edited since are left and named; with ``force`` they are taken back too, and the newer text is kept.
    """
    restored, unchanged, left, without_backup, newer = _native.undo(root, force=force)
    return Undone(_paths(restored), _paths(unchanged), _written(left), _paths(without_backup), _written(newer))


def sources() -> Tuple[Source, ...]:
    """The gateways that can be moved away from."""
    return tuple(Source(*known) for known in _native.sources())


def _several(name: str, values: Sequence[_T]) -> Sequence[_T]:
    # A text is a sequence of texts, and never meant as one.
    if isinstance(values, (str, bytes)):
        raise TypeError(f"{name} takes a list of texts, not one text")
    return list(values)


def _watcher(progress: Optional[Callable[[Progress], object]]) -> Optional[Callable[[int, int], object]]:
    if progress is None:
        return None
    return lambda scanned, matched: progress(Progress(scanned, matched))


def _paths(paths: Sequence[str]) -> Tuple[PurePosixPath, ...]:
    return tuple(PurePosixPath(path) for path in paths)


def _written(files: Sequence[Tuple[str, Optional[str]]]) -> Tuple[WrittenFile, ...]:
    return tuple(WrittenFile(PurePosixPath(path), PurePosixPath(to) if to else None) for path, to in files)
