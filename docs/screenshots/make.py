"""Makes the pictures in this folder anew: of the preview in a terminal, and of the report.

    cargo build -p aig-cli && python3 docs/screenshots/make.py

Needs git and Chromium (Debian: apt-get install chromium). The tree is tests/sample.
"""

import html
import pathlib
import re
import shutil
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
AIG = ROOT / "target/debug/aig"
# The first screens of a preview are enough.
LINES = 56
COLOURS = {"31": "#ff7b72", "32": "#7ee787", "33": "#e3b341", "34": "#79c0ff", "36": "#56d4dd"}


def aig(*arguments, folder):
    command = [AIG, "migrate", "portkey", "--dry-run", *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def picture(page, name, width, height, dark=False):
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--window-size={width},{height}"]
    command += ["--blink-settings=preferredColorScheme=0"] if dark else []
    with tempfile.TemporaryDirectory() as profile:
        command += [f"--user-data-dir={profile}", f"--screenshot={HERE / name}", page.as_uri()]
        subprocess.run(command, check=True, capture_output=True)


def terminal(text, columns, page):
    """A terminal of so many columns, as a page; gives its height in rows."""
    rows, styles = [], {}
    for line in text.splitlines()[:LINES]:
        out, plain = "", 0
        for part in re.split(r"(\x1b\[[0-9;]*m)", line):
            code = re.fullmatch(r"\x1b\[([0-9;]*)m", part)
            if code:
                for one in code[1].split(";"):
                    if one in ("", "0"):
                        styles = {}
                    elif one == "1":
                        styles["font-weight"] = "bold"
                    elif one == "2":
                        styles["opacity"] = ".7"
                    elif one == "4":
                        styles["text-decoration"] = "underline"
                    elif one in COLOURS:
                        styles["color"] = COLOURS[one]
                continue
            # A terminal breaks a line where it ends, not between words.
            for c in part:
                if plain and plain % columns == 0:
                    out += "\n"
                plain += 1
                style = ";".join(f"{key}:{value}" for key, value in styles.items())
                out += f'<span style="{style}">{html.escape(c)}</span>' if style else html.escape(c)
        rows += out.split("\n")
    style = "margin:0;padding:12px;background:#0d1117;color:#e6edf3;font:14px/19px monospace"
    page.write_text(f'<!doctype html><meta charset="utf-8"><body style="{style}"><pre style="margin:0;font:inherit">' + "\n".join(rows))
    return len(rows)


with tempfile.TemporaryDirectory() as made:
    made = pathlib.Path(made)
    tree = shutil.copytree(ROOT / "tests/sample", made / "support-desk")
    preview = aig("--color", "always", folder=tree)
    for columns in (80, 140):
        rows = terminal(preview, columns, made / "terminal.html")
        picture(made / "terminal.html", f"terminal-{columns}.png", round(columns * 8.43) + 24, rows * 19 + 24)
    aig("--quiet", "--report", made / "report.html", folder=tree)
    picture(made / "report.html", "report-light.png", 1200, 2300)
    picture(made / "report.html", "report-dark.png", 1200, 1500, dark=True)
    picture(made / "report.html", "report-narrow.png", 500, 1800)
