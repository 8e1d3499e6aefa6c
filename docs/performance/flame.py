"""Makes a flame graph of what `perf script` prints, small enough to be kept: python3 flame.py < script > flame.svg

    cargo build --profile profiling --package aig-cli
    perf record --call-graph dwarf,16384 -F 999 -o perf.data target/profiling/aig migrate portkey --dry-run
    perf script -i perf.data --no-inline | python3 docs/performance/flame.py > docs/performance/flame.svg

A box is a function, as wide as its share of the time, and stands on what called it. Shares below 0.4 % are left out.
"""

import html
import re
import sys

WIDTH, ROW, LEAST = 1200, 16, 0.004


class Box:
    def __init__(self):
        self.count, self.below = 0, {}

    def add(self, frames):
        self.count += 1
        if frames:
            self.below.setdefault(frames[0], Box()).add(frames[1:])


def short(name):
    """A function without its crate's hash, its offset, its arguments and most of its path."""
    name = re.sub(r"\+0x[0-9a-f]+$", "", name)
    name = re.sub(r"::h[0-9a-f]{16}$", "", name)
    name = re.sub(r"<[^<>]*>", "", re.sub(r"<[^<>]*>", "", name))
    return "::".join(name.split("::")[-3:])


def stacks(lines):
    thread, frames = None, []
    for line in lines:
        if not line.strip():
            if thread:
                yield [thread, *reversed(frames)]
            thread, frames = None, []
        elif not line[0].isspace():
            thread = line.split()[0]
        else:
            words = line.split(None, 1)
            name = words[1].rsplit(" (", 1)[0].strip() if len(words) > 1 else "?"
            if name != "[unknown]" and not re.fullmatch(r"(std|core)::.*|__clone3?|start_thread|_start.*", short(name)):
                frames.append(short(name))
    if thread:
        yield [thread, *reversed(frames)]


def draw(box, name, x, depth, scale, total, out):
    width = box.count * scale
    if box.count < LEAST * total:
        return depth
    share = f"{100 * box.count / total:.1f} %"
    hue = sum(map(ord, name)) % 40 + (190 if name.startswith(("do_", "__x64", "ksys", "vfs", "entry_")) else 15)
    text = html.escape(name if len(name) * 6.2 < width else name[: max(0, int(width / 6.2) - 1)])
    out.append(
        f'<g><title>{html.escape(name)}: {share}</title>'
        f'<rect x="{x:.1f}" y="{{{depth}}}" width="{max(width - 0.5, 0.5):.1f}" height="{ROW - 1}" '
        f'fill="hsl({hue},70%,72%)"/><text x="{x + 2:.1f}" y="[{depth}]">{text}</text></g>'
    )
    deepest = depth
    for below, inner in sorted(box.below.items()):
        deepest = max(deepest, draw(inner, below, x, depth + 1, scale, total, out))
        x += inner.count * scale
    return deepest


def main():
    root = Box()
    for stack in stacks(sys.stdin):
        root.add(stack[:40])
    out = []
    deepest = draw(root, "all", 0, 0, WIDTH / max(root.count, 1), root.count, out)
    height = (deepest + 1) * ROW
    body = "\n".join(out)
    body = re.sub(r'y="\{(\d+)\}"', lambda found: f'y="{height - (int(found[1]) + 1) * ROW}"', body)
    body = re.sub(r'y="\[(\d+)\]"', lambda found: f'y="{height - int(found[1]) * ROW - 4}"', body)
    print(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="monospace" '
        f'font-size="10"><rect width="100%" height="100%" fill="white"/>\n{body}\n</svg>'
    )


main()
