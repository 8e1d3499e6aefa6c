"""Starts the API, asks it as the front end does, and runs the worker once."""
import os
import subprocess
import sys
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "api"), str(ROOT / "worker")]

from notes_api.server import serve  # noqa: E402
from notes_worker.run import run_once  # noqa: E402

server = serve(port=0)
threading.Thread(target=server.serve_forever, daemon=True).start()
api = f"http://127.0.0.1:{server.server_address[1]}"
try:
    subprocess.run(
        ["node", "web/smoke.mjs"],
        cwd=ROOT,
        env={**os.environ, "API_URL": api},
        check=True,
    )
    sys.stdout.flush()
    run_once(["Buy tea", "Call Ada"])
finally:
    server.shutdown()
