"""The library itself, in Rust."""

from os import PathLike
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple, Union, final

__version__: str

_Written = List[Tuple[str, Optional[str]]]

@final
class Plan:
    """What would change in a tree. Only this object can be applied; what it prints as JSON can't."""

    def to_json(self) -> str:
        """The report, masked: the line that ``aig migrate --format json`` prints."""
    def to_dict(self) -> Dict[str, Any]:
        """The report as a dictionary."""
    def rewritten(self) -> Dict[str, bytes]:
        """The new bytes of each file that would change, by path. Not masked."""
    def _repr_html_(self) -> str: ...

def plan(
    root: Union[str, PathLike[str]],
    source: str,
    *,
    source_toml: Optional[str],
    base_url: Optional[str],
    from_urls: Sequence[str],
    keep_unmapped: bool,
    paths: Sequence[str],
    include: Sequence[str],
    exclude: Sequence[str],
    ignore_files: bool,
    threads: int,
    progress: Optional[Callable[[int, int], object]],
) -> Plan: ...
def plan_files(
    files: Mapping[str, bytes],
    source: str,
    *,
    source_toml: Optional[str],
    base_url: Optional[str],
    from_urls: Sequence[str],
    keep_unmapped: bool,
    include: Sequence[str],
    exclude: Sequence[str],
    ignore_files: bool,
    threads: int,
    progress: Optional[Callable[[int, int], object]],
) -> Plan: ...
def apply(plan: Plan, *, backup: bool) -> Tuple[_Written, List[str], bool]: ...
def undo(
    root: Union[str, PathLike[str]], *, force: bool
) -> Tuple[List[str], List[str], _Written, List[str], _Written]: ...
def sources() -> List[Tuple[str, str, str]]: ...
def run(arguments: Sequence[str]) -> int: ...
