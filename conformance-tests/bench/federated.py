#!/usr/bin/env python3
"""Measures a hit that three partners are asked for at once, each in its own dialect, against the same hit asked of each of them alone.

The partners are the reference nodes of Mossos (SOAP 1.2, signed), Ertzaintza (SOAP 1.1) and Foral de Navarra (REST), from their folders.
Each holds a case of every person who is asked for, so that no answer tells of nobody and none waits for a beat. Four gateways stand before
them: one asks all three, the others one each; the central system, which knows none of them, is asked beside in all four. The gateways are
asked the same in turns, on one connection each, so that whatever else the machine does falls on all alike. `--profile debug` measures
unoptimised builds. Everything listens on loopback; bounded in count.
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
FIRST, PERSONS = 99_998_000, 100
# Folder, name and a town of each. The codes of the unsigned ones have the right shape and are nobody's; whoever signs is registered.
PARTNERS = [("mossos", "Mossos, SOAP 1.2, signed", "08019", None), ("ertzaintza", "Ertzaintza, SOAP 1.1", "48020", "A99990302"),
            ("foral-navarra", "Foral de Navarra, REST", "31201", "A99990303")]


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def document(person):
    number = FIRST + person
    return f"{number}{LETTERS[number % 23]}"


def hit(connection, headers, person, systems):
    body = json.dumps({"tipoDocumento": "DNI", "numeroDocumento": document(person)})
    begun = time.perf_counter_ns()
    connection.request("POST", "/v2/coincidencias", body, {**headers, "Content-Type": "application/json"})
    response = connection.getresponse()
    told = json.loads(response.read())
    taken = (time.perf_counter_ns() - begun) / 1e6
    if response.status != 200 or told.get("sinRespuesta") or len(told.get("coincidencia", [])) != systems:
        sys.exit(f"not found in {systems} systems: {response.status} {told}")
    return taken


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
    for slug, organism, url in partners:
        # The index is read at the start and not again: nothing but the question is measured.
        lines += ["[[partners]]", f'organism = "{organism}"', f'dialect = "{slug}"', f'url = "{url}"', 'answers = ["coincidencia"]', *files]
    path = folder / "pasarela.toml"
    path.write_text("\n".join(lines) + "\n")
    return path


def node(folder, about, place, port):
    """The configuration of a partner's node, with a case of everybody; nobody real. Gives the organism too."""
    slug, _, town, organism = PARTNERS[place]
    # Whoever signs does so with a key that the registry knows.
    signer = about["organisms"]["siav" if organism is None else "herencia"]
    organism = organism or signer["id"]
    pki = pathlib.Path(about["ca"]).parent
    text = {
        "partner": ROOT / "adapters/partners" / slug, "contract": ROOT / "schemas/contracts/viogen/2", "organism": organism,
        "certificate": signer["certificate"], "key": signer["key"], "ca": about["ca"], "signer": about["pki"]["server_cert"],
    }
    serves = {
        "database": folder / f"{slug}.sqlite", "listen": f"127.0.0.1:{port}", "certificate": pki / "central.pem",
        "key": pki / "central.key.pem", "crl": pki / "crl.pem", "client": about["pki"]["client_cert"],
    }
    lines = [f'{name} = "{value}"' for name, value in text.items()] + ["[serves]"]
    lines += [f'{name} = "{value}"' for name, value in serves.items()]
    for person in range(PERSONS):
        case = {"id": f"01JQ5Z7N2R8X4V6T0K{place}{person:07}", "municipality": town, "victim": document(person)}
        lines += ["[[serves.cases]]", *(f'{name} = "{value}"' for name, value in case.items())]
    path = folder / f"{slug}.toml"
    path.write_text("\n".join(lines) + "\n")
    return organism, path


def run(folder, options):
    programs = RELEASE.parent / options.profile
    pasarela, central, fuerza = (programs / name for name in ("pasarela", "central", "fuerza"))
    missing = [str(path) for path in (pasarela, central, fuerza) if not path.exists()]
    if missing:
        sys.exit("missing: " + ", ".join(missing))
    federation, port = folder / "federation", free_port()
    subprocess.run([pasarela, "demo", "--prepare", "--dir", federation, "--provinces", "42", "--gateway-port", str(free_port()),
                    "--central-port", str(port)], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    about = json.loads((federation / "demo.json").read_text())
    text = pathlib.Path(about["gateway_config"]).read_text()
    who = about["organisms"]["nacional"]
    headers = {"Pasarela-Solicitante": who["id"], "Pasarela-Funcionario": "PRUEBA-1", "Pasarela-Finalidad": "proteccion"}
    with contextlib.ExitStack() as stack:
        def start(command, port, name):
            log = folder / f"{name}.log"
            wait_port(port, stack.enter_context(started(command, log)), log)
            return log

        start([central, "--config", about["central_config"]], port, "central")
        partners = []
        for place, (slug, *_) in enumerate(PARTNERS):
            port = free_port()
            organism, path = node(folder, about, place, port)
            log = start([fuerza, "serve", "--config", path], port, slug)
            partners.append((slug, organism, addressed(log)))
        measured = []
        for name, asked in [("all three", partners)] + [(named[1], [partner]) for named, partner in zip(PARTNERS, partners)]:
            own, port = folder / f"gateway-{len(measured)}", free_port()
            own.mkdir()
            for file in federation.glob("pasarela.sqlite*"):
                shutil.copy(file, own / file.name)
            start([pasarela, "serve", "--config", configured(text, own, port, asked)], port, own.name)
            context = ssl.create_default_context(cafile=about["ca"])
            context.load_cert_chain(who["both"])
            connection = http.client.HTTPSConnection("localhost", port, context=context, timeout=30)
            measured.append((name, connection, len(asked), []))
        for number in range(20 + options.count):
            for _, connection, systems, taken in measured:
                took = hit(connection, headers, number % PERSONS, systems)
                # The first ones make connections and compile what is compiled once.
                if number >= 20:
                    taken.append(took)
    print(f"| {options.profile}, {options.count} hits each, all of them found | p50 | p99 |\n|---|---|---|")
    figures = [(name, statistics.median(taken), percentile(taken, 0.99)) for name, _, _, taken in measured]
    for name, *both in figures:
        print(f"| {name} | {both[0]:.1f} ms | {both[1]:.1f} ms |")
    slowest = [max(row[at] for row in figures[1:]) for at in (1, 2)]
    print(f"| all three, against the slowest alone | {figures[0][1] / slowest[0]:.2f} | {figures[0][2] / slowest[1]:.2f} |")


def addressed(log):
    """The address that a node says it has."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for word in log.read_text().split():
            if word.startswith("https://"):
                return word
        time.sleep(0.1)
    sys.exit(f"no address: {log.read_text()}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=2_000)
    arguments.add_argument("--profile", choices=("release", "debug"), default="release")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="pasarela-federated-") as folder:
        run(pathlib.Path(folder), options)


if __name__ == "__main__":
    main()
