"""Every export, used as its types say; what they must refuse is marked for mypy and pyright, which tell of idle marks."""

import pathlib
from typing import Dict, List, Optional, Tuple

import aigateway_migrate as aig

seen: List[int] = []


def watch(progress: aig.Progress) -> None:
    seen.append(progress.files_scanned + progress.files_matched)


def use(root: pathlib.Path) -> str:
    plan: aig.Plan = aig.plan(
        root,
        "portkey",
        source_toml=None,
        base_url="https://gateway.example/v1",
        from_urls=["http://localhost:9000/v1"],
        keep_unmapped=True,
        paths=["src", pathlib.PurePath("tests")],
        include=("**/*.py",),
        exclude=["legacy/**"],
        ignore_files=False,
        threads=2,
        progress=watch,
    )
    html: str = plan._repr_html_()
    files: Dict[str, bytes] = plan.rewritten()
    applied: aig.Applied = aig.apply(plan, backup=False)
    backup: Optional[pathlib.PurePosixPath] = applied.files[0].backup
    undone: aig.Undone = aig.undo(str(root), force=True)
    known: Tuple[aig.Source, ...] = aig.sources()
    aig.plan_files({"a.py": "", pathlib.PurePath("b.py"): b""}, known[0].name)
    aig.apply(plan.to_dict())  # type: ignore[arg-type]
    aig.plan(root)  # type: ignore[call-arg]
    try:
        aig.apply(plan)
    except (aig.HalfApplied, aig.UndoError) as error:
        return error.files.get("a.py", error.code)
    except (aig.NothingToUndo, aig.NotApplied, aig.Cancelled, aig.FileError, aig.OptionError, aig.SourceError) as error:
        return error.path or error.code
    except aig.MigrateError as error:
        return repr(error)
    return f"{aig.__version__} {html} {files} {backup} {undone.restored} {plan.to_json()}"
