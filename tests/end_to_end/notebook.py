"""Runs the code cells of a notebook, one after the other, in one namespace, as a notebook does."""
import json
import sys

_path = sys.argv.pop(1)
with open(_path, encoding="utf-8") as _file:
    _notebook = json.load(_file)

_names = {"__name__": "__main__"}
for _number, _cell in enumerate(_notebook["cells"], start=1):
    if _cell["cell_type"] != "code":
        continue
    # `%pip install …` and `!pip install …` are no Python; what they install is there.
    _lines = [_line if not _line.startswith(("%", "!")) else "\n" for _line in "".join(_cell["source"]).splitlines(True)]
    exec(compile("".join(_lines), f"{_path}, cell {_number}", "exec"), _names)
