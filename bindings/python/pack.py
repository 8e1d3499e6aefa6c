"""Makes the wheel of this platform from a library that is built already. Called by `cargo xtask pack`:

    python3 bindings/python/pack.py --maturin PROGRAM --library FILE --out DIR

Name, version, entry points and tags are what maturin makes of `pyproject.toml`; only the compiling is not left to it,
for it would compile everything a second time. Releases are built by maturin alone.
"""

import argparse
import base64
import hashlib
import os
import pathlib
import subprocess
import sys
import tempfile
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
PACKAGE = "aigateway_migrate"

arguments = argparse.ArgumentParser()
for name in ("maturin", "library", "out"):
    arguments.add_argument(f"--{name}", required=True)
given = arguments.parse_args()

with tempfile.TemporaryDirectory() as folder:
    command = [os.path.abspath(given.maturin), "pep517", "write-dist-info", "--metadata-directory", folder]
    subprocess.run(
        [*command, "--interpreter", sys.executable], cwd=HERE, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    (info,) = pathlib.Path(folder).iterdir()
    files = {f"{info.name}/{file.name}": file.read_bytes() for file in sorted(info.iterdir())}
for license in ("LICENSE-MIT", "LICENSE-APACHE"):
    files[f"{info.name}/licenses/{license}"] = (HERE / "../.." / license).read_bytes()
for file in sorted((HERE / "python" / PACKAGE).iterdir()):
    if file.suffix in (".py", ".pyi", ".typed") or file.name == "py.typed":
        files[f"{PACKAGE}/{file.name}"] = file.read_bytes()
suffix = ".pyd" if os.name == "nt" else ".abi3.so"
files[f"{PACKAGE}/_native{suffix}"] = pathlib.Path(given.library).read_bytes()

record = []
for name, content in files.items():
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    record.append(f"{name},sha256={digest},{len(content)}\n")
own = f"{info.name}/RECORD"
files[own] = "".join([*record, f"{own},,\n"]).encode()

tags = [line.split(": ")[1] for line in files[f"{info.name}/WHEEL"].decode().splitlines() if line.startswith("Tag: ")]
out = pathlib.Path(given.out)
out.mkdir(parents=True, exist_ok=True)
wheel = out / f"{info.name.removesuffix('.dist-info')}-{tags[0]}.whl"
with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
    for name, content in files.items():
        # Neither the time nor the user that it was made by is in it.
        entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        archive.writestr(entry, content)
