"""Plans, applies and undoes each job through the Python library, in one process.

The argument is the file of jobs; what is printed is one line of JSON a job.
"""

import json
import pathlib
import sys

import aigateway_migrate as aig

jobs = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))["jobs"]


def tell(value):
    print(json.dumps(value))


def told(plan):
    return {"plan": plan.to_json(), "rewritten": {path: text.hex() for path, text in plan.rewritten().items()}}


tell({"version": aig.__version__})
for job in jobs:
    flags = job["flags"]
    plan = aig.plan(pathlib.Path(job["folder"]), "portkey", **flags)
    aig.apply(plan, backup=False)
    files = {path: bytes.fromhex(text) for path, text in job["files"].items()}
    aig.apply(aig.plan(job["undone"], "portkey", **flags))
    try:
        aig.undo(job["undone"])
    except aig.NothingToUndo:
        pass
    tell({**told(plan), "memory": told(aig.plan_files(files, "portkey", **flags))})
