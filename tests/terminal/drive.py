"""Runs a command on a pseudo-terminal of its own, and answers it.

The first argument is JSON: `command`, `folder`, `rows`, `columns`, and `steps`. Each step waits until `expect` stands in
what was printed since the step before, then writes `files` (by path), and types `send`. What is printed is JSON: `code`,
`output`, and whether the terminal's modes are `restored`.
"""

import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios
import time

asked = json.loads(sys.argv[1])
parent, child = pty.openpty()
fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", asked["rows"], asked["columns"], 0, 0))
before = termios.tcgetattr(child)
process = os.fork()
if process == 0:
    os.setsid()
    fcntl.ioctl(child, termios.TIOCSCTTY, 0)
    for stream in (0, 1, 2):
        os.dup2(child, stream)
    os.chdir(asked["folder"])
    os.environ["TERM"] = "xterm-256color"
    os.execv(asked["command"][0], asked["command"])

output = b""
seen = 0
# Only a test that has failed waits this long.
deadline = time.monotonic() + 60


def read():
    """Appends what the command prints; false once it has ended."""
    global output
    ready, _, _ = select.select([parent], [], [], 0.05)
    if ready:
        try:
            output += os.read(parent, 65536)
        except OSError:
            return False
        return True
    return os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None


failure = None
for step in asked["steps"]:
    expected = step["expect"].encode()
    running = True
    while output.find(expected, seen) < 0 and running and time.monotonic() < deadline:
        running = read()
    if output.find(expected, seen) < 0:
        failure = f"{step['expect']!r} was not printed"
        break
    seen = output.find(expected, seen) + len(expected)
    for path, text in step.get("files", {}).items():
        with open(os.path.join(asked["folder"], path), "w", encoding="utf-8") as file:
            file.write(text)
    os.write(parent, step["send"].encode())
while not failure and read():
    if time.monotonic() > deadline:
        failure = "it did not end"
if failure:
    os.kill(process, 9)
_, status = os.waitpid(process, 0)
print(
    json.dumps(
        {
            "code": os.waitstatus_to_exitcode(status),
            "output": output.decode(errors="replace"),
            "restored": termios.tcgetattr(child) == before,
            "failure": failure,
        }
    )
)
