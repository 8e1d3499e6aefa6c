"""Plans and applies the migration of a source tree from another LLM gateway to AIgateway."""

from os import PathLike
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple, Union

__version__: str

class MigrateError(Exception):
    """A plan, an apply or an undo failed as a whole."""

class NotApplied(MigrateError):
    """Nothing was applied; the tree is as it was."""

class HalfApplied(MigrateError):
    """An apply failed half-way and could not be rolled back; the message names every file with its state."""

class NothingToUndo(MigrateError):
    """There is no run to undo."""

class Plan:
    """What would change in a tree. Only this object can be applied; what it prints as JSON can't."""

    def to_json(self) -> str:
        """The report, masked: what `aig migrate --format json` prints."""
    def to_dict(self) -> Dict[str, Any]:
        """The report as a dictionary."""
    def rewritten(self) -> Dict[str, bytes]:
        """The new bytes of each file that would change, by path."""

def plan(
    root: Union[str, PathLike[str]],
    source: str,
    *,
    source_toml: Optional[str] = None,
    base_url: Optional[str] = None,
    from_urls: Sequence[str] = ...,
    keep_unmapped: bool = False,
    paths: Sequence[str] = ...,
    include: Sequence[str] = ...,
    exclude: Sequence[str] = ...,
    ignore_files: bool = True,
    threads: int = 0,
) -> Plan:
    """Plans the migration of the tree in the folder `root`. Writes nothing."""

def plan_files(
    files: Mapping[str, bytes],
    source: str,
    *,
    source_toml: Optional[str] = None,
    base_url: Optional[str] = None,
    from_urls: Sequence[str] = ...,
    keep_unmapped: bool = False,
) -> Plan:
    """Plans the migration of files in memory: paths with `/`, and bytes."""

def apply(plan: Plan, *, backup: bool = True) -> List[Tuple[str, Optional[str]]]:
    """Writes a plan: all files or none. Gives each file that was written, with its backup if that stays."""

def undo(
    root: Union[str, PathLike[str]], *, force: bool = False
) -> Tuple[List[str], List[Tuple[str, Optional[str]]]]:
    """Takes the newest run of the tree back. Gives the files restored, and those edited since and left."""

def sources() -> List[str]:
    """The gateways that can be moved away from."""

def main() -> int:
    """The command `aig` with the arguments of this process. Gives its exit code."""
