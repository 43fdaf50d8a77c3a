#!/usr/bin/env python3
"""Measures a signed SOAP consultation through the gateway against one that is not signed, and against nginx handing the same
question on to the central system; one run, in turns, medians and ratios as Markdown.

Needs release builds of `pasarela`, `central` and the example `load`
(`cargo build --release -p app -p nodes --bins --example load`), and nginx. Everything listens on loopback; load is bounded.
"""

import argparse
import contextlib
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

from run import NGINX, RELEASE, ROOT, free_port, import_registry, started, wait_answer, wait_port
from timing import ANNEX

# The agreement of the town, of any level, that lets messages be signed both ways.
AGREEMENT = ANNEX.replace('["consulta"]', '["consulta", "busqueda"]').replace("noApreciado", "extremo") + """
[organismo.convenio.annex.security]
requests = "opcional"
answers = "opcional"
"""


def run(folder, options):
    pasarela, load = RELEASE / "pasarela", RELEASE / "examples/load"
    missing = [str(path) for path in (pasarela, RELEASE / "central", load) if not path.exists()]
    if missing:
        sys.exit("missing: " + ", ".join(missing))
    ports = {name: free_port() for name in ("central", "gateway", "nginx")}
    federation = folder / "federation"
    subprocess.run([pasarela, "demo", "--prepare", "--dir", federation, "--provinces", "13", "--gateway-port", str(ports["gateway"]),
                    "--central-port", str(ports["central"])], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    about = json.loads((federation / "demo.json").read_text())
    who, pki = about["organisms"]["herencia"], about["pki"]
    registry = folder / "registro.toml"
    registry.write_text(AGREEMENT.format(**who))
    import_registry(about["gateway_config"], registry)
    logs = {name: folder / f"{name}.log" for name in ports}
    with contextlib.ExitStack() as stack:
        central = stack.enter_context(started([RELEASE / "central", "--config", about["central_config"]], logs["central"]))
        wait_port(ports["central"], central, logs["central"])
        gateway = stack.enter_context(started([pasarela, "serve", "--config", about["gateway_config"]], logs["gateway"]))
        wait_answer(about, who, ports["gateway"], gateway, logs["gateway"])
        conf = folder / "nginx.conf"
        conf.write_text(NGINX.format(dir=folder, central=f"127.0.0.1:{ports['central']}", port=ports["nginx"], **pki))
        nginx = stack.enter_context(started(["/usr/sbin/nginx", "-c", conf, "-e", logs["nginx"]], logs["nginx"]))
        wait_port(ports["nginx"], nginx, logs["nginx"])
        case, key = about["cases"]["own"], who.get("key", who["both"])

        def rate(url, organism, how, count):
            command = [load, url, who.get("certificate", who["both"]), key, about["ca"], organism, case, str(count), str(options.concurrency), how]
            done = subprocess.run(command, capture_output=True, text=True, timeout=300)
            if done.returncode:
                sys.exit(f"{how} to {url}: {done.stderr}")
            return float(done.stdout)

        ours, theirs = f"https://localhost:{ports['gateway']}/soap/viogen/2", f"https://localhost:{ports['nginx']}{about['central_path']}"
        kinds = {"nginx": lambda n: rate(theirs, about["gateway_organism"], "plain", n),
                 "gateway, not signed": lambda n: rate(ours, who["id"], "plain", n),
                 "gateway, signed both ways": lambda n: rate(ours, who["id"], "signed", n)}
        for kind in kinds.values():
            kind(max(200, options.count // 10))
        rates = {name: [] for name in kinds}
        for _ in range(options.rounds):
            for name, kind in kinds.items():
                rates[name].append(kind(options.count))
    report(rates)


def report(rates):
    medians = {name: statistics.median(own) for name, own in rates.items()}
    print("| what | requests/s, median | rounds |\n|---|---|---|")
    for name, own in rates.items():
        print(f"| {name} | {medians[name]:.0f} | {', '.join(f'{rate:.0f}' for rate in own)} |")
    nginx, plain, signed = medians.values()
    print(f"\nsigned / not signed = {signed / plain:.2f}\nsigned / nginx = {signed / nginx:.2f}\nnot signed / nginx = {plain / nginx:.2f}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=2000)
    arguments.add_argument("--concurrency", type=int, default=16)
    arguments.add_argument("--rounds", type=int, default=5)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="pasarela-signed-") as folder:
        begun = time.monotonic()
        run(pathlib.Path(folder), options)
        print(f"\n{options.rounds} rounds of {options.count}, {time.monotonic() - begun:.0f} s in all")


if __name__ == "__main__":
    main()
