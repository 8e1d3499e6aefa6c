"""A plan as a table, for notebooks."""

from __future__ import annotations

import json
from html import escape
from typing import List

# A notebook is no place for thousands of rows.
_MOST = 50


def page(summary: str, report: str) -> str:
    """The report, which is JSON and masked, as HTML. Nothing of a file becomes markup."""
    rows: List[str] = []
    files = json.loads(report)["files"]
    for file in files[:_MOST]:
        findings = "".join(
            f"<li><b>{escape(found['level'])}</b> {escape(found['rule'])}, line {found['line']}: "
            f"{escape(found['message'])} <i>{escape(found['help'])}</i></li>"
            for found in file["findings"]
            if found["level"] != "note"
        )
        cells = (f"<code>{escape(file['path'])}</code>", str(len(file["edits"])), f"<ul>{findings}</ul>" if findings else "")
        rows.append("<tr>" + "".join(f"<td style='text-align:left;vertical-align:top'>{cell}</td>" for cell in cells) + "</tr>")
    more = f"<p>and {len(files) - _MOST} more files</p>" if len(files) > _MOST else ""
    head = "<tr><th style='text-align:left'>file</th><th>edits</th><th style='text-align:left'>findings</th></tr>"
    return f"<div><p>{escape(summary)}</p><table>{head}{''.join(rows)}</table>{more}</div>"
