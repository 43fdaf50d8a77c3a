#!/usr/bin/env python3
"""Measures how long a change takes to be in force on every node: of the policies, and of an agreement.

Needs release builds of `pasarela` and `central`. Two nodes share the policies' folder and one database; an organism asks
both for a case of its own until both answer as the change says, then until both answer as before. Bounded in count and time.
"""

import argparse
import contextlib
import json
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from run import RELEASE, ROOT, free_port, import_registry, started, wait_port
from timing import ANNEX, Partner

# Nobody may do anything.
CLOSED = """
@id("prueba.cierre")
@titulo("PRUEBA")
@clausula("PRUEBA")
forbid (principal, action, resource);
"""
LONGEST = 30.0


def until(partners, path, granted):
    """Seconds until the last of the nodes answers so; asks each in turn without a pause."""
    begun, waiting, last = time.monotonic(), dict(partners), 0.0
    while waiting:
        for name, partner in list(waiting.items()):
            if (partner.get(path)[1] == 200) == granted:
                last = time.monotonic() - begun
                del waiting[name]
        if time.monotonic() - begun > LONGEST:
            sys.exit(f"not in force after {LONGEST} s: {', '.join(waiting)}")
    return last


def second_node(about, folder, port):
    """The configuration of another node on the same folder of policies and the same database."""
    text = pathlib.Path(about["gateway_config"]).read_text()
    first = text.split("[listen]\naddress = \"")[1].split('"')[0]
    # The console is the first node's.
    head, _, rest = text.partition("[console]")
    _, mark, tail = rest.partition("\n[")
    config = folder / "second.toml"
    config.write_text((head + mark.lstrip("\n") + tail).replace(first, f"127.0.0.1:{port}").replace('id = "demo"', 'id = "demo-2"'))
    return config


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=10, help="changes of each kind, there and back, at most 50")
    options = arguments.parse_args()
    missing = [str(p) for p in (RELEASE / "pasarela", RELEASE / "central") if not p.exists()]
    if missing:
        sys.exit("missing: " + ", ".join(missing))
    with tempfile.TemporaryDirectory(prefix="pasarela-change-") as folder:
        run(pathlib.Path(folder), min(options.rounds, 50))


def run(folder, rounds):
    ports = {name: free_port() for name in ("central", "gateway", "second")}
    pasarela, federation = RELEASE / "pasarela", folder / "federation"
    subprocess.run([pasarela, "demo", "--prepare", "--dir", federation, "--provinces", "13", "--gateway-port", str(ports["gateway"]),
                    "--central-port", str(ports["central"])], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    about = json.loads((federation / "demo.json").read_text())
    policies = folder / "policies"
    shutil.copytree(ROOT / "gateway/policy/policies", policies)
    config = pathlib.Path(about["gateway_config"])
    config.write_text(config.read_text().replace(str(ROOT / "gateway/policy/policies"), str(policies)))
    registry = folder / "registro.toml"
    entry = ANNEX.format(**about["organisms"]["herencia"]).replace('"noApreciado"', '"extremo"').replace('["consulta"]', '["consulta", "busqueda"]')

    def agree(state):
        registry.write_text(entry.replace('state = "vigente"', f'state = "{state}"'))
        import_registry(config, registry)

    def close(text):
        file = policies / "techo.cedar"
        file.write_text((ROOT / "gateway/policy/policies/techo.cedar").read_text() + text)

    with contextlib.ExitStack() as stack:
        def serve(name, command):
            log = folder / f"{name}.log"
            wait_port(ports[name], stack.enter_context(started(command, log)), log)

        serve("central", [RELEASE / "central", "--config", about["central_config"]])
        agree("vigente")
        serve("gateway", [pasarela, "serve", "--config", config])
        serve("second", [pasarela, "serve", "--config", second_node(about, folder, ports["second"])])
        nodes = {name: Partner(about, "herencia", ports[name]) for name in ("gateway", "second")}
        path = f"/v2/casos/{nodes['gateway'].first(municipio='13047')}"
        until(nodes, path, True)
        times = {"policy": [], "agreement": []}
        for _ in range(rounds):
            for what, change, back in (("policy", lambda: close(CLOSED), lambda: close("")),
                                       ("agreement", lambda: agree("suspendido"), lambda: agree("vigente"))):
                for act, granted in ((change, False), (back, True)):
                    act()
                    times[what].append(until(nodes, path, granted))
    print("| change | changes | median s | slowest s |\n|---|---|---|---|")
    for what, own in times.items():
        print(f"| {what} | {len(own)} | {statistics.median(own):.2f} | {max(own):.2f} |")


if __name__ == "__main__":
    main()
