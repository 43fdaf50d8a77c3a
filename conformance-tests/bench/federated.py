#!/usr/bin/env python3
"""Measures a hit that is asked of the central system and three partners, against one that the central system answers alone.

Four reference systems with the same cases, two gateways before them: one asks all, the other only the first. Both are asked
the same in turns, on one connection each, so that whatever else the machine does falls on both alike. `--profile debug`
measures unoptimised builds. Everything listens on loopback; bounded in count.
"""

import argparse
import contextlib
import http.client
import json
import pathlib
import shutil
import ssl
import statistics
import subprocess
import sys
import tempfile
import time

from run import RELEASE, ROOT, free_port, started, wait_port

LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
# Codes of the right shape that are nobody's.
PARTNERS = ["A99990201", "A99990202", "A99990203"]


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def hit(connection, headers, number):
    body = json.dumps({"tipoDocumento": "DNI", "numeroDocumento": f"{number}{LETTERS[number % 23]}"})
    begun = time.perf_counter_ns()
    connection.request("POST", "/v2/coincidencias", body, {**headers, "Content-Type": "application/json"})
    response = connection.getresponse()
    told = json.loads(response.read())
    if response.status != 200 or told.get("sinRespuesta"):
        sys.exit(f"not answered by all: {response.status} {told}")
    return (time.perf_counter_ns() - begun) / 1e6


def configured(text, folder, port, partners):
    """The prepared configuration, in a folder and on a port of its own, with these partners."""
    database = folder / "pasarela.sqlite"
    lines, section = [], ""
    for line in text.splitlines():
        section = line if line.startswith("[") else section
        if line.startswith("url = \"sqlite"):
            line = f'url = "sqlite://{database}"'
        if line.startswith("address = "):
            line = f'address = "127.0.0.1:{port if section == "[listen]" else 0}"'
        lines.append(line)
    holder = text.split("[holder]")[1].split("\n[")[0].splitlines()
    files = [line for line in holder if line.split(" = ")[0] in ("ca", "certificate", "key")]
    for organism, url in partners:
        lines += ["[[partners]]", f'organism = "{organism}"', f'url = "{url}"', *files]
    path = folder / "pasarela.toml"
    path.write_text("\n".join(lines) + "\n")
    return path


def run(folder, options):
    programs = RELEASE.parent / options.profile
    pasarela, central = programs / "pasarela", programs / "central"
    missing = [str(path) for path in (pasarela, central) if not path.exists()]
    if missing:
        sys.exit("missing: " + ", ".join(missing))
    ports = [free_port() for _ in range(6)]
    federation = folder / "federation"
    subprocess.run([pasarela, "demo", "--prepare", "--dir", federation, "--provinces", "42", "--gateway-port", str(ports[4]),
                    "--central-port", str(ports[0])], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    about = json.loads((federation / "demo.json").read_text())
    system = pathlib.Path(about["central_config"]).read_text()
    text = pathlib.Path(about["gateway_config"]).read_text()
    who = about["organisms"]["nacional"]
    headers = {"Pasarela-Solicitante": who["id"], "Pasarela-Funcionario": "PRUEBA-1", "Pasarela-Finalidad": "proteccion"}
    with contextlib.ExitStack() as stack:
        for number, port in enumerate(ports[:4]):
            database = folder / f"system-{number}.sqlite"
            shutil.copy(federation / "central.sqlite", database)
            path = folder / f"system-{number}.toml"
            own = system.replace(str(federation / "central.sqlite"), str(database)).replace(f":{ports[0]}", f":{port}")
            path.write_text(own)
            log = folder / f"system-{number}.log"
            wait_port(port, stack.enter_context(started([central, "--config", path], log)), log)
        url = text.split("[holder]")[1].split('url = "')[1].split('"')[0]
        partners = [(organism, url.replace(str(ports[0]), str(port))) for organism, port in zip(PARTNERS, ports[1:4])]
        connections = []
        for name, port, others in (("alone", ports[4], []), ("all", ports[5], partners)):
            own = folder / name
            own.mkdir()
            for file in federation.glob("pasarela.sqlite*"):
                shutil.copy(file, own / file.name)
            path, log = configured(text, own, port, others), folder / f"{name}.log"
            wait_port(port, stack.enter_context(started([pasarela, "serve", "--config", path], log)), log)
            context = ssl.create_default_context(cafile=about["ca"])
            context.load_cert_chain(who["both"])
            connections.append(http.client.HTTPSConnection("localhost", port, context=context, timeout=30))
        for number in range(20):
            for connection in connections:
                hit(connection, headers, 99_999_000 + number)
        times = [[], []]
        for number in range(options.count):
            for taken, connection in zip(times, connections):
                taken.append(hit(connection, headers, 99_990_000 + number % 9_000))
    print(f"| {options.profile}, {options.count} hits each | p50 | p99 |\n|---|---|---|")
    for name, taken in zip(("the central system alone", "with three partners"), times):
        print(f"| {name} | {statistics.median(taken):.1f} ms | {percentile(taken, 0.99):.1f} ms |")
    ratio = [statistics.median(times[1]) / statistics.median(times[0]), percentile(times[1], 0.99) / percentile(times[0], 0.99)]
    print(f"| ratio | {ratio[0]:.2f} | {ratio[1]:.2f} |")


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=2_000)
    arguments.add_argument("--profile", choices=("release", "debug"), default="release")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="pasarela-federated-") as folder:
        run(pathlib.Path(folder), options)


if __name__ == "__main__":
    main()
