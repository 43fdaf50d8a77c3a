#!/usr/bin/env python3
"""Measures whether time tells apart what must be one answer: a case out of the territory, one above the ceiling,
a honey record, and no case.

Needs release builds of `pasarela` and `central`. One connection, one request at a time, all asked in random order so
that whatever else the machine does falls on all alike. Says of each pair: the medians, the Mann-Whitney test and its
effect size (how often the one takes longer than the other: 0.5 is never to be told apart). Bounded in count and time.
"""

import argparse
import contextlib
import http.client
import json
import math
import pathlib
import random
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

from run import RELEASE, ROOT, free_port, import_registry, started, wait_port

NOBODYS = "7ZZZZZZZZZZZZZZZZZZZZZZZZZ"
# What differs from one answer to the next whatever was asked.
OWN = {"date", "traceparent"}
# An agreement for the town alone, and for the lowest level: most of its own cases are above it.
ANNEX = """
[[organismo]]
id = "{id}"
kind = "policiaLocal"
name = "Policia Local de prueba"
certificados = ["{certificate}"]
[[organismo.convenio]]
id = "DEMO-{id}"
state = "vigente"
effective_from = "2020-01-01"
expires_on = "2099-12-31"
[organismo.convenio.annex]
operations = ["consulta"]
purposes = ["proteccion"]
territory = ["13047"]
max_risk = "noApreciado"
mode = "seguimiento"
"""


class Partner:
    """One organism on one connection."""

    def __init__(self, about, name, port):
        who = about["organisms"][name]
        context = ssl.create_default_context(cafile=about["ca"])
        context.load_cert_chain(who["both"])
        self.connection = http.client.HTTPSConnection("localhost", port, context=context, timeout=30)
        self.headers = {"Pasarela-Solicitante": who["id"], "Pasarela-Funcionario": "PRUEBA-1", "Pasarela-Finalidad": "proteccion"}

    def get(self, path):
        begun = time.perf_counter_ns()
        self.connection.request("GET", path, headers=self.headers)
        response = self.connection.getresponse()
        body = response.read()
        took = time.perf_counter_ns() - begun
        return took, response.status, response.getheaders(), body

    def first(self, **query):
        _, status, _, body = self.get("/v2/casos?" + urllib.parse.urlencode({"limite": 1, "estado": "activo", **query}))
        found = json.loads(body).get("caso", []) if status == 200 else []
        return found[0]["idCaso"] if found else sys.exit(f"no case for {query}: {status} {body[:200]!r}")


def bland(status, headers, body):
    """An answer without the number of its incident."""
    told = json.loads(body)
    incident = told.pop("incidencia", None) or told.pop("instance", None)
    kept = sorted((name.lower(), value) for name, value in headers if name.lower() not in OWN)
    kept = [(name, value.replace(str(incident), "…") if incident else value) for name, value in kept]
    return status, kept, json.dumps(told, sort_keys=True).replace(str(incident), "…")


def mann_whitney(first, second):
    """Two-sided p by the normal approximation with ties, and how often a first is greater than a second."""
    ranked = sorted([(value, 0) for value in first] + [(value, 1) for value in second])
    total, ranks, ties, at = len(ranked), 0.0, 0.0, 0
    while at < total:
        end = at
        while end < total and ranked[end][0] == ranked[at][0]:
            end += 1
        middle = (at + 1 + end) / 2
        ranks += middle * sum(1 for _, which in ranked[at:end] if which == 0)
        ties += (end - at) ** 3 - (end - at)
        at = end
    a, b = len(first), len(second)
    u = ranks - a * (a + 1) / 2
    spread = math.sqrt(a * b / 12 * ((total + 1) - ties / (total * (total - 1))))
    return math.erfc(abs((u - a * b / 2) / spread) / math.sqrt(2)), u / (a * b)


def measure(partner, cases, each):
    """Times of each kind of case, asked in random order; any two answers that differ end the run."""
    times = {name: [] for name in cases}
    order = [name for name in cases for _ in range(each)]
    random.Random(20260101).shuffle(order)
    told = {}
    for name in order:
        took, *answer = partner.get(f"/v2/casos/{cases[name]}")
        times[name].append(took)
        told.setdefault(name, bland(*answer))
    if len({repr(answer) for answer in told.values()}) != 1:
        sys.exit("the answers differ:\n" + "\n".join(f"{name}: {answer}" for name, answer in told.items()))
    return times


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--each", type=int, default=10_000, help="measurements of each kind of case, at most 20,000")
    options = arguments.parse_args()
    missing = [str(p) for p in (RELEASE / "pasarela", RELEASE / "central") if not p.exists()]
    if missing:
        sys.exit("missing: " + ", ".join(missing))
    with tempfile.TemporaryDirectory(prefix="pasarela-timing-") as folder:
        run(pathlib.Path(folder), min(options.each, 20_000))


def run(folder, each):
    ports = {name: free_port() for name in ("central", "gateway")}
    federation = folder / "federation"
    pasarela = RELEASE / "pasarela"
    subprocess.run([pasarela, "demo", "--prepare", "--dir", federation, "--provinces", "13", "--gateway-port",
                    str(ports["gateway"]), "--central-port", str(ports["central"])], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    about = json.loads((federation / "demo.json").read_text())
    with contextlib.ExitStack() as stack:
        logs = {name: folder / f"{name}.log" for name in ports}
        central = stack.enter_context(started([RELEASE / "central", "--config", about["central_config"]], logs["central"]))
        wait_port(ports["central"], central, logs["central"])
        herencia = about["organisms"]["herencia"]
        registry = folder / "registro.toml"
        registry.write_text(ANNEX.format(**herencia))
        import_registry(about["gateway_config"], registry)
        gateway = stack.enter_context(started([pasarela, "serve", "--config", about["gateway_config"]], logs["gateway"]))
        wait_port(ports["gateway"], gateway, logs["gateway"])
        national = Partner(about, "nacional", ports["gateway"])
        cases = {"out of the territory": national.first(municipio="13034"),
                 "above the ceiling": national.first(municipio="13047", nivel="bajo"), "no case": NOBODYS}
        known = time.monotonic() + 120
        while any(national.get(f"/v2/casos/{case}")[1] != 200 for case in cases.values() if case != NOBODYS):
            if time.monotonic() > known:
                sys.exit("the index does not learn of the cases")
            time.sleep(0.2)
        # One of its own, which then exists for nobody.
        honey = cases["honey record"] = national.first(municipio="13047", nivel="medio")
        subprocess.run([pasarela, "honey", "add", "--config", about["gateway_config"], "--by", "PRUEBA-2", "--case", honey],
                       cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        partner = Partner(about, "herencia", ports["gateway"])
        known = time.monotonic() + 30
        while partner.get(f"/v2/casos/{honey}")[1] != 404:
            if time.monotonic() > known:
                sys.exit("the mark is not in force")
            time.sleep(0.2)
        measure(partner, cases, 200)
        report(measure(partner, cases, each))


def report(times):
    print("| asked | measurements | median µs | 95 % µs |\n|---|---|---|---|")
    for name, own in times.items():
        print(f"| {name} | {len(own):,} | {statistics.median(own) / 1000:.1f} | {statistics.quantiles(own, n=20)[18] / 1000:.1f} |")
    print("\n| pair | p | effect size |\n|---|---|---|")
    names = list(times)
    for at, first in enumerate(names):
        for second in names[at + 1:]:
            p, size = mann_whitney(times[first], times[second])
            print(f"| {first} / {second} | {p:.3g} | {size:.4f} |")


if __name__ == "__main__":
    main()
