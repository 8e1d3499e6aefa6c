"""The command ``aig``."""

from __future__ import annotations

import sys

from . import _native


def main() -> int:
    """Runs the command with the arguments of this process, and gives its exit code."""
    return _native.run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
