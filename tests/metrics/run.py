"""Checks the page /metrics of the real server from outside: python3 tests/metrics/run.py PARLOR

- Prometheus's own promtool takes it, and has nothing to say against its names.
- docs/operations.md lists exactly the metrics that are there.
- docs/grafana.json asks for no metric or label that is not.

The server plays a little first, stored on disk, so that every metric has a series.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# PromQL's own words, where a metric's name could stand.
WORDS = {"sum", "by", "rate", "histogram_quantile", "topk", "le", "label_values"}


def promtool():
    found = shutil.which("promtool") or os.path.join(ROOT, "build", "tools", "promtool")
    if not os.path.exists(found):
        sys.exit("promtool is missing: .ci/install test puts it into build/tools")
    return found


def start(parlor, data):
    server = subprocess.Popen(
        [parlor, "serve", "--address", "127.0.0.1", "--port", "0", "--threads", "2", "--data", data],
        stderr=subprocess.PIPE, text=True, env={})
    for line in server.stderr:
        if found := re.search(r"ready http://[^:]+:(\d+)/", line):
            return server, f"http://127.0.0.1:{found.group(1)}"
    sys.exit("the server did not start")


def ask(url, method="GET", token=None, body=None):
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = body.encode() if body else None
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers, method=method), timeout=20) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.read().decode()


def play(base):
    ann, bob = (json.loads(ask(f"{base}/api/guest", "POST"))["token"] for _ in range(2))
    for token in ann, bob:
        ask(f"{base}/api/tictactoe/r/join", "POST", token)
    ask(f"{base}/api/tictactoe/r/place", "POST", ann, '{"cell": 4}')
    ask(f"{base}/api/tictactoe/r/place", "POST", ann, '{"cell": 9}')
    ask(f"{base}/no/such/path")


def families_of(page):
    """The metrics of a page with their types, and the names of all samples with the labels that stand there."""
    types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", page, re.M))
    samples = {}
    for name, labels in re.findall(r"^([a-z_:][a-z0-9_:]*)(?:{([^}]*(?:{[^}]*}[^}]*)*)})? \S+$", page, re.M):
        samples.setdefault(name, set()).update(re.findall(r'(\w+)="', labels))
    return types, samples


def check_promtool(page):
    checked = subprocess.run([promtool(), "check", "metrics"], input=page, capture_output=True, text=True, timeout=60)
    said = checked.stdout + checked.stderr
    return [f"promtool: {line}" for line in said.splitlines()] or ([] if checked.returncode == 0 else ["promtool"])


def check_document(types):
    with open(os.path.join(ROOT, "docs", "operations.md"), encoding="utf-8") as file:
        rows = re.findall(r"^\| `((?:parlor|process)_[a-z_]+)` \| (counter|gauge|histogram) \|", file.read(), re.M)
    listed = dict(rows)
    return ([f"docs/operations.md does not list {n}, a {t}" for n, t in types.items() if listed.get(n) != t] +
            [f"docs/operations.md lists {n}, which is not there" for n in listed if n not in types])


def check_dashboard(samples):
    with open(os.path.join(ROOT, "docs", "grafana.json"), encoding="utf-8") as file:
        board = json.load(file)
    asked = [t["expr"] for panel in board["panels"] for t in panel["targets"]]
    asked += [v["query"] for v in board["templating"]["list"] if v["type"] == "query"]
    wrong = [] if len(asked) > 10 else ["docs/grafana.json asks for next to nothing"]
    for query in asked:
        names = [n for n in re.findall(r"\b[a-z]+_[a-z_]+\b(?!\s*[=!])", re.sub(r"\[[^]]*\]|\"[^\"]*\"", "", query))
                 if n not in WORDS]
        known = {"job"}.union(*(samples.get(n, set()) for n in names))
        wrong += [f"docs/grafana.json asks for {n}, which is not there" for n in names if n not in samples]
        labels = re.findall(r"(\w+)\s*[=!]~?\s*\"", query)
        for group in re.findall(r"by \(([^)]*)\)", query):
            labels += [one.strip() for one in group.split(",")]
        wrong += [f"docs/grafana.json asks for the label {l} in {query}" for l in labels if l not in known]
        if not names:
            wrong.append(f"docs/grafana.json asks for no metric in {query}")
    return wrong


def main():
    data = tempfile.mkdtemp(prefix="parlor-metrics-")
    server, base = start(sys.argv[1], data)
    try:
        play(base)
        ask(f"{base}/metrics")  # so that the next one has this one
        page = ask(f"{base}/metrics")
    finally:
        server.kill()
        server.wait()
        shutil.rmtree(data, ignore_errors=True)
    types, samples = families_of(page)
    wrong = check_promtool(page) + check_document(types) + check_dashboard(samples)
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"{len(types)} metrics are in order")


if __name__ == "__main__":
    main()
