#!/usr/bin/env python3
"""Sends the cases of a regional force through the gateway into the central system as one lot, and counts them there.

By default 65,891: those that the bulletin of February 2020 gives the force of Cataluña. Reports seconds, cases a second, processor
time and peak memory of the programs, and what it costs to insert as many rows of the same sizes directly. `--signed` sends messages
of SOAP that the force signs, of 500 cases each, and verifies the signatures of the answers; else the lot goes line by line.
`--partner mossos` signs too, and sends the cases in the dialect of that force, which its agreement names from then on. The footer is
counted by the reference system's own reader of the bulletin (`central boletin`).
`--profile debug` measures unoptimised builds. The client is `pasarela send`. Everything listens on loopback.
"""

import argparse
import contextlib
import json
import os
import pathlib
import random
import re
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.error
import urllib.request

from run import RELEASE, ROOT, free_port, started, wait_port

CASES = 65_891
# Provinces of Cataluña and a municipality of each.
TOWNS = ["08019", "17079", "25120", "43148"]
LEVELS = ["bajo", "medio", "alto", "extremo"]
# The same in the dialect of the force; its scale has one level more, below.
DIALECT_LEVELS = ["baix", "mitja", "alt", "moltAlt"]
AGREEMENT = """[[organismo]]
id = "{id}"
kind = "policiaAutonomica"
name = "Mossos d'Esquadra (demostración)"
certificados = ["{certificate}"]

[[organismo.convenio]]
id = "DEMO-{id}"
state = "vigente"
effective_from = "2020-01-01"
expires_on = "2099-12-31"

[organismo.convenio.annex]
operations = ["coincidencia", "consulta", "busqueda", "presentacion"]
purposes = ["proteccion", "valoracion", "coordinacion"]
territory = ["CA09"]
max_risk = "extremo"
mode = "seguimiento"
contract = "mossos/1"

[organismo.convenio.annex.security]
requests = "opcional"
answers = "opcional"
"""
LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
# A hit by these documents takes place between the parts of the lot: they are never issued.
FIRST = 99_900_000


def case(number, chance):
    """One case of the force; nobody real."""
    document = FIRST + number
    return json.dumps({"caso": {
        "cabecera": {"estado": "inactivoGestionadoPorCcaa"},
        "responsabilidad": {"municipioResidencia": chance.choice(TOWNS)},
        "victima": {"identidad": {"tipoDocumento": "DNI", "numeroDocumento": f"{document}{LETTERS[document % 23]}",
                                  "nombre": "VICTIMA", "apellido1": "PRUEBA"}},
        "valoracion": {"evaluacion": [{"nivelCalculado": "bajo", "nivelAsignado": chance.choice(LEVELS)}]}}}, separators=(",", ":"))


def tramesa(number, chance):
    """The same in the dialect of the force."""
    document = FIRST + number
    return json.dumps({"expedient": {
        "situacio": "tancat",
        "municipiVictima": chance.choice(TOWNS),
        "victima": {"persona": {"tipusDocument": "dni", "numDocument": f"{document}{LETTERS[document % 23]}",
                                "nom": "VICTIMA", "cognom1": "PRUEBA"}},
        "valoracio": {"avaluacio": [{"nivellCalculat": "baix", "nivellAssignat": chance.choice(DIALECT_LEVELS)}]}}}, separators=(",", ":"))


def agree(pasarela, config, registry, who):
    """From now on the force's agreement names its dialect: proposed by a manager, carried out by a supervisor."""
    registry.write_text(AGREEMENT.format(id=who["id"], certificate=who.get("certificate", who["both"])))
    for by in ("GESTORA-1", "SUPERVISORA-1"):
        done = subprocess.run([pasarela, "registry", "import", "--config", config, "--by", by, registry], cwd=ROOT, check=True,
                              capture_output=True, text=True)
        if "PROPUESTA" not in done.stdout:
            return


def peak_mib(pid):
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", text).group(1)) / 1024


def processor_ms(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def sending(command, log):
    """Sends the lot: its exit status, seconds, processor time and peak memory of the client."""
    begun = time.perf_counter()
    with open(log, "wb") as out:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
    return status, time.perf_counter() - begun, (used.ru_utime + used.ru_stime) * 1000, used.ru_maxrss / 1024


def wait_answer(about, port):
    who = about["organisms"]["mossos"]
    context = ssl.create_default_context(cafile=about["ca"])
    context.load_cert_chain(who["both"])
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"https://localhost:{port}/v2/openapi.json", context=context, timeout=10).read()
            return
        time.sleep(0.1)
    sys.exit("the gateway does not answer")


def wait_dialect(about, port):
    """Until the gateway has looked at its registry again: then the force speaks its dialect alone."""
    who = about["organisms"]["mossos"]
    context = ssl.create_default_context(cafile=about["ca"])
    context.load_cert_chain(who["both"])
    headers = {"Pasarela-Solicitante": who["id"], "Pasarela-Funcionario": "PRUEBA-1", "Pasarela-Finalidad": "proteccion"}
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        request = urllib.request.Request(f"https://localhost:{port}/v2/casos?limite=1", headers=headers)
        try:
            urllib.request.urlopen(request, context=context, timeout=10).read()
        except urllib.error.HTTPError as refused:
            if json.loads(refused.read()).get("codigo") == "version-no-convenida":
                return
        time.sleep(0.2)
    sys.exit("the agreement does not name the dialect")


def counted(central_program, config):
    """The force's cases and the footer, as the reference system's reader of the bulletin counts them."""
    told = subprocess.run([central_program, "boletin", "--config", config], cwd=ROOT, check=True, capture_output=True, text=True)
    told = tomllib.loads(told.stdout)
    force, = (cells["total"] for name, cells in told["cuerpos"].items() if name.startswith("Mossos"))
    return force, told["pie"]["enTerritorio"]


def directly(folder, lines):
    """Seconds to insert rows of the same texts into a database of the same kind, one transaction for every 500."""
    with contextlib.closing(sqlite3.connect(folder / "direct.sqlite")) as connection:
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = full")
        connection.execute("create table caso (id text primary key, victima text, municipio text, contenido text) without rowid")
        connection.execute("create index por_victima on caso (victima)")
        begun = time.perf_counter()
        for at in range(0, len(lines), 500):
            with connection:
                rows = [(f"{at + n:026}", f"{FIRST + at + n}", TOWNS[n % len(TOWNS)], line) for n, line in enumerate(lines[at:at + 500])]
                connection.executemany("insert into caso values (?, ?, ?, ?)", rows)
        return time.perf_counter() - begun


def run(folder, options):
    programs = RELEASE.parent / options.profile
    pasarela, central_program = programs / "pasarela", programs / "central"
    missing = [str(path) for path in (pasarela, central_program) if not path.exists()]
    if missing:
        sys.exit("missing: " + ", ".join(missing))
    ports = {name: free_port() for name in ("central", "gateway")}
    federation = folder / "federation"
    subprocess.run([pasarela, "demo", "--prepare", "--dir", federation, "--provinces", "42", "--gateway-port",
                    str(ports["gateway"]), "--central-port", str(ports["central"])], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    about = json.loads((federation / "demo.json").read_text())
    chance = random.Random(20200229)
    made = tramesa if options.partner else case
    lines = [made(number, chance) for number in range(options.cases)]
    lot = folder / "lote.ndjson"
    lot.write_text("\n".join(lines))
    who = about["organisms"]["mossos"]
    key = pathlib.Path(who["both"])
    with contextlib.ExitStack() as stack:
        logs = {name: folder / f"{name}.log" for name in ports}
        central = stack.enter_context(started([central_program, "--config", about["central_config"]], logs["central"]))
        wait_port(ports["central"], central, logs["central"])
        gateway = stack.enter_context(started([pasarela, "serve", "--config", about["gateway_config"]], logs["gateway"]))
        wait_port(ports["gateway"], gateway, logs["gateway"])
        wait_answer(about, ports["gateway"])
        if options.partner:
            agree(pasarela, about["gateway_config"], folder / "registro.toml", who)
            wait_dialect(about, ports["gateway"])
        before = counted(central_program, about["central_config"])
        servers = {"gateway": gateway.pid, "central system": central.pid}
        spent = {name: -processor_ms(pid) for name, pid in servers.items()}
        command = [pasarela, "send", "--url", f"https://localhost:{ports['gateway']}", "--cert", who.get("certificate", key),
                   "--key", who.get("key", key), "--ca", about["ca"], "--organism", who["id"], "--officer", "PRUEBA-1",
                   "--purpose", "proteccion", "--piece", str(options.piece), "--under-way", str(options.under_way), lot]
        if options.partner:
            command[2:2] = ["--partner", options.partner]
        if options.signed or options.partner:
            command[-1:-1] = ["--sign-cert", who.get("certificate", key), "--sign-key", who.get("key", key),
                              "--gateway-cert", about["pki"]["server_cert"]]
        logs["client"] = folder / "client.log"
        status, seconds, spent["client"], peak = sending(command, logs["client"])
        after = counted(central_program, about["central_config"])
        spent |= {name: spent[name] + processor_ms(pid) for name, pid in servers.items()}
        peaks = {name: peak_mib(pid) for name, pid in servers.items()} | {"client": peak}
    if status != 0:
        sys.exit(f"{logs['client'].read_text()}\n{logs['gateway'].read_text()[-2000:]}")
    force, footer = after[0] - before[0], after[1] - before[1]
    if (force, footer) != (options.cases, options.cases):
        sys.exit(f"{options.cases} were sent, the force has {force} more and the footer {footer}")
    direct = directly(folder, lines)
    how = "signed messages of SOAP" if options.signed or options.partner else "line by line"
    how += f" in the dialect of {options.partner}" if options.partner else ""
    print(f"| {options.profile}, {options.cases} cases, {how} | |\n|---|---|")
    print(f"| through the gateway | {seconds:.1f} s, {options.cases / seconds:.0f} cases/s |")
    print(f"| rows inserted directly | {direct:.2f} s, {options.cases / direct:.0f} cases/s |")
    print(f"| through the gateway, against rows inserted directly | {seconds / direct:.0f} times as long |")
    for name, own in peaks.items():
        print(f"| {name} | peak memory {own:.0f} MiB, processor time {spent[name] / options.cases:.3f} ms a case |")
    print(f"| the footer counts | {footer} more |")


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--cases", type=int, default=CASES)
    arguments.add_argument("--piece", type=int, default=500)
    arguments.add_argument("--under-way", type=int, default=4)
    arguments.add_argument("--signed", action="store_true")
    arguments.add_argument("--partner", choices=("mossos",))
    arguments.add_argument("--profile", choices=("release", "debug"), default="release")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="pasarela-lots-") as folder:
        run(pathlib.Path(folder), options)


if __name__ == "__main__":
    main()
