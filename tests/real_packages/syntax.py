"""Compares the syntax of two trees.

Reads names from standard input, one a line, and prints those whose Python or JSON source can be read under the
first folder and can't under the second, each with the reason.
"""

import ast
import json
import os
import sys
import warnings

warnings.simplefilter("ignore")


def fault(folder, name):
    """Why the file can't be read; None if it can."""
    with open(os.path.join(folder, name), "rb") as file:
        text = file.read()
    try:
        if name.endswith(".json"):
            json.loads(text)
        else:
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError) as error:
        return str(error)
    return None


def main():
    before, after = sys.argv[1:]
    for name in sys.stdin.read().splitlines():
        if fault(before, name) is None:
            broken = fault(after, name)
            if broken is not None:
                print(f"{name}: {broken}")


main()
