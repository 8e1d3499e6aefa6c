"""Opens a page in headless Chromium and tells what it is like to use, over the browser's debugging pipe.

The first argument is JSON: `browser`, `page` (a path), `profile` (a folder). What is printed is JSON; see `Seen` in
`main.rs`. Keys are typed as a keyboard types them; nothing is clicked.
"""

import json
import os
import pathlib
import select
import subprocess
import sys
import time

asked = json.loads(sys.argv[1])
to_browser, ours_out = os.pipe()
ours_in, from_browser = os.pipe()


def descriptors():
    # The browser reads commands from 3 and writes answers to 4.
    first, second = os.dup(to_browser), os.dup(from_browser)
    os.dup2(first, 3)
    os.dup2(second, 4)


command = [asked["browser"], "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--no-first-run"]
command += ["--disable-background-networking", "--disable-component-update", f"--user-data-dir={asked['profile']}", "about:blank"]
log = open(os.path.join(asked["profile"], "log"), "wb")
browser = subprocess.Popen(command, close_fds=False, preexec_fn=descriptors, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
os.close(to_browser)
os.close(from_browser)

# Only a test that has failed waits this long.
deadline = time.monotonic() + 90
buffered = b""
events = []
number = 0
session = None


def receive():
    """The next message; fails when the browser has gone, or does not answer."""
    global buffered
    while b"\0" not in buffered:
        ready, _, _ = select.select([ours_in], [], [], max(0, deadline - time.monotonic()))
        part = os.read(ours_in, 1 << 20) if ready else b""
        if not part:
            sys.exit("the browser does not answer: " + open(log.name, errors="replace").read()[-2000:])
        buffered += part
    message, buffered = buffered.split(b"\0", 1)
    return json.loads(message)


def call(method, **parameters):
    global number
    number += 1
    message = {"id": number, "method": method, "params": parameters}
    if session:
        message["sessionId"] = session
    os.write(ours_out, json.dumps(message).encode() + b"\0")
    while True:
        answer = receive()
        if answer.get("id") == number:
            if "error" in answer:
                sys.exit(f"{method}: {answer['error']}")
            return answer["result"]
        events.append(answer)


def value(expression):
    result = call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
    if "exceptionDetails" in result:
        sys.exit(f"{expression}: {result['exceptionDetails']}")
    return result["result"].get("value")


def key(name, code, text=""):
    call("Input.dispatchKeyEvent", type="keyDown", key=name, code=name if name != " " else "Space", windowsVirtualKeyCode=code, text=text)
    call("Input.dispatchKeyEvent", type="keyUp", key=name, code=name if name != " " else "Space", windowsVirtualKeyCode=code)


def load(method, **parameters):
    events.clear()
    call(method, **parameters)
    while not any(event.get("method") == "Page.loadEventFired" for event in events):
        events.append(receive())
    told.extend(events)


# What a text's colour is to that behind it, at its worst, by WCAG; and which text that is.
CONTRAST = """(() => {
  const part = (c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const bright = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  let worst = [99, ''];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || ['SCRIPT', 'OPTION'].includes(element.tagName)) continue;
    let behind = element;
    while (behind && rgb(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
    const [a, b] = [rgb(getComputedStyle(element).color), rgb(getComputedStyle(behind).backgroundColor)].map(bright);
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < worst[0]) worst = [contrast, element.outerHTML.slice(0, 200)];
  }
  return worst;
})()"""
FOCUS = "(({tagName, name, dataset, className}) => [tagName, name || '', dataset.finding || className || ''])(document.activeElement)"
SHOWN = "[...document.querySelectorAll('section.file:not([hidden]) h3')].map((h) => h.textContent)"

told = []
seen = {}
target = call("Target.createTarget", url="about:blank")["targetId"]
session = call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
for domain in ("Page", "Runtime", "Log", "Network", "Accessibility"):
    call(domain + ".enable")
call("Emulation.setDeviceMetricsOverride", width=1200, height=900, deviceScaleFactor=1, mobile=False)
load("Page.navigate", url=pathlib.Path(asked["page"]).as_uri())

seen["elements"] = value("['script', 'img', 'iframe', 'link', 'object'].map((name) => document.querySelectorAll(name).length)")
seen["files"] = value(SHOWN)
seen["contrast"] = {}
seen["wider"] = []
for scheme in ("light", "dark"):
    call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    seen["contrast"][scheme] = value(CONTRAST) + [value("getComputedStyle(document.body).backgroundColor")]
for width in (320, 400, 768, 1000, 1200, 1920):
    call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
    if value("document.documentElement.scrollWidth > innerWidth"):
        seen["wider"].append(width)
call("Emulation.setDeviceMetricsOverride", width=1200, height=900, deviceScaleFactor=1, mobile=False)

# By the tab key, through all that can be used, until the first box.
seen["tabs"] = []
for _ in range(12):
    key("Tab", 9)
    focus = value(FOCUS)
    seen["tabs"].append(focus)
    if focus[0] == "INPUT":
        break
key(" ", 32, " ")
CHECKED = "[...document.querySelectorAll('input:checked')].map((box) => box.dataset.finding)"
seen["ticked"] = [seen["tabs"][-1][2], value(CHECKED)]
seen["status"] = value("document.getElementById('status').textContent")
load("Page.reload")
seen["ticked"].append(value(CHECKED))

# Each filter, one at a time.
seen["filtered"] = {}
for name in ("rule", "language", "folder"):
    options = value(f"[...document.forms[0].elements.{name}.options].map((option) => option.value)")
    seen["filtered"][name] = {}
    for option in options[1:]:
        value(f"document.forms[0].elements.{name}.focus()")
        value(f"document.forms[0].elements.{name}.value = {json.dumps(option)}; document.forms[0].elements.{name}.dispatchEvent(new Event('change', {{bubbles: true}}))")
        seen["filtered"][name][option] = value(SHOWN)
    value("document.forms[0].reset(); new Promise((done) => setTimeout(done))")
seen["after_reset"] = value(SHOWN)

nodes = call("Accessibility.getFullAXTree")["nodes"]
named = {}
for node in nodes:
    role = node.get("role", {}).get("value")
    if role in ("checkbox", "combobox", "button", "link", "region", "heading") and not node.get("ignored"):
        named.setdefault(role, []).append(node.get("name", {}).get("value", ""))
seen["named"] = named

told.extend(events)
seen["requests"] = sorted({event["params"]["request"]["url"] for event in told if event.get("method") == "Network.requestWillBeSent"})
wrong = ("Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled", "Page.javascriptDialogOpening")
seen["complaints"] = [json.dumps(event["params"])[:500] for event in told if event.get("method") in wrong]
session = None
try:
    call("Browser.close")
except SystemExit:
    pass
browser.wait(timeout=30)
print(json.dumps(seen))
