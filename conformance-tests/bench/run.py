#!/usr/bin/env python3
"""Measures the gateway against its alternatives in one run; prints medians and ratios as Markdown.

Needs release builds of `pasarela` and `central`, and Debian's `apache2-utils` (ab) and `nginx-light`.
Everything listens on loopback; load is bounded in count and time.
"""

import argparse
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from datetime import datetime, timezone

ROOT = pathlib.Path(__file__).resolve().parents[2]
RELEASE = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"

NGINX = """
daemon off; master_process on; worker_processes 2; pid {dir}/nginx.pid; error_log {dir}/nginx.log;
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_requests 1000000000;
  client_body_temp_path {dir}/b; proxy_temp_path {dir}/p; fastcgi_temp_path {dir}/f; uwsgi_temp_path {dir}/u; scgi_temp_path {dir}/s;
  upstream central {{ server {central}; keepalive 64; keepalive_requests 1000000000; }}
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {server_cert}; ssl_certificate_key {server_key};
    ssl_client_certificate {ca}; ssl_verify_client on; ssl_verify_depth 3; ssl_protocols TLSv1.3; ssl_session_tickets off;
    location / {{
      proxy_pass https://central; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host localhost;
      proxy_ssl_certificate {client_cert}; proxy_ssl_certificate_key {client_key};
      proxy_ssl_trusted_certificate {ca}; proxy_ssl_verify on; proxy_ssl_name localhost; proxy_ssl_protocols TLSv1.3;
    }}
  }}
}}
"""


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@contextlib.contextmanager
def started(command, log):
    with open(log, "wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()


def wait_port(port, process, log, seconds=120):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            sys.exit(f"ended early:\n{pathlib.Path(log).read_text()}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=0.2):
            return
        time.sleep(0.02)
    sys.exit(f"nothing listens on port {port}:\n{pathlib.Path(log).read_text()}")


def import_registry(config, registry):
    """Imports as it takes: what opens access, a manager proposes and a supervisor carries out."""
    for by in ("GESTORA-1", "SUPERVISORA-1"):
        told = subprocess.run([RELEASE / "pasarela", "registry", "import", "--config", config, "--by", by, registry],
                              cwd=ROOT, check=True, capture_output=True, text=True).stdout
        if "PROPUESTA" not in told:
            return
    sys.exit(f"not imported: {told}")


def ab(url, cert, options, count, concurrency):
    """Requests a second by ab, keep-alive, TLS 1.3; any answer that is not a success ends the run."""
    command = ["ab", "-q", "-k", "-f", "TLS1.3", "-E", cert, "-n", str(count), "-c", str(concurrency), "-s", "20", *options, url]
    out = subprocess.run(command, capture_output=True, text=True, timeout=180, check=True).stdout
    failed = int(re.search(r"Failed requests:\s+(\d+)", out).group(1))
    lengths = re.search(r"Connect: (\d+), Receive: (\d+), Length: (\d+), Exceptions: (\d+)", out)
    hard = failed - (int(lengths.group(3)) if lengths else 0)
    if hard or "Non-2xx responses" in out:
        sys.exit(f"ab saw failures:\n{out}")
    return float(re.search(r"Requests per second:\s+([\d.]+)", out).group(1))


def rss_mib(pid) -> float:
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", text).group(1)) / 1024


def hold_connections(port, ca, cert, count):
    context = ssl.create_default_context(cafile=ca)
    context.load_cert_chain(cert)
    held = []
    for _ in range(count):
        raw = socket.create_connection(("127.0.0.1", port), timeout=10)
        held.append(context.wrap_socket(raw, server_hostname="localhost"))
    return held


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=4000)
    arguments.add_argument("--concurrency", type=int, default=16)
    arguments.add_argument("--rounds", type=int, default=5)
    options = arguments.parse_args()
    missing = [tool for tool in ("ab", "nginx") if not shutil.which(tool, path=os.environ["PATH"] + ":/usr/sbin")]
    missing += [str(p) for p in (RELEASE / "pasarela", RELEASE / "central") if not p.exists()]
    if missing:
        sys.exit("missing: " + ", ".join(missing))
    with tempfile.TemporaryDirectory(prefix="pasarela-bench-") as folder:
        run(pathlib.Path(folder), options)


def run(folder, options):
    ports = {name: free_port() for name in ("central", "gateway", "nginx")}
    federation = folder / "federation"
    subprocess.run([RELEASE / "pasarela", "demo", "--prepare", "--dir", federation, "--provinces", "13",
                    "--gateway-port", str(ports["gateway"]), "--central-port", str(ports["central"])],
                   cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    about = json.loads((federation / "demo.json").read_text())
    herencia = about["organisms"]["herencia"]
    pki = about["pki"]
    with contextlib.ExitStack() as stack:
        central_log, gateway_log, nginx_log = (folder / f"{n}.log" for n in ("central", "gateway", "nginx"))
        central = stack.enter_context(started([RELEASE / "central", "--config", about["central_config"]], central_log))
        wait_port(ports["central"], central, central_log)
        begun = time.monotonic()
        gateway = stack.enter_context(started([RELEASE / "pasarela", "serve", "--config", about["gateway_config"]], gateway_log))
        first_answer = wait_answer(about, herencia, ports["gateway"], gateway, gateway_log) - begun
        conf = folder / "nginx.conf"
        conf.write_text(NGINX.format(dir=folder, central=f"127.0.0.1:{ports['central']}", port=ports["nginx"], **pki))
        nginx = stack.enter_context(started(["/usr/sbin/nginx", "-c", conf, "-e", folder / "nginx.log"], nginx_log))
        wait_port(ports["nginx"], nginx, nginx_log)
        idle = rss_mib(gateway.pid)
        rates = measure(folder, about, herencia, pki, ports, options)
        held = hold_connections(ports["gateway"], pki["ca"], herencia["both"], 1000)
        loaded = rss_mib(gateway.pid)
        for connection in held:
            connection.close()
    report(rates, idle, loaded, first_answer)


def wait_answer(about, herencia, port, process, log):
    context = ssl.create_default_context(cafile=about["ca"])
    context.load_cert_chain(herencia["both"])
    request = urllib.request.Request(f"https://localhost:{port}/v2/casos?limite=1&estado=activo", headers=rest_headers(herencia))
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            sys.exit(f"the gateway ended early:\n{pathlib.Path(log).read_text()}")
        try:
            with opener.open(request, timeout=5) as answer:
                page = json.loads(answer.read())
            # Until the index has been read, no case is known.
            if page.get("caso"):
                about["cases"] = {"own": page["caso"][0]["idCaso"]}
                return time.monotonic()
        except OSError:
            time.sleep(0.005)
    sys.exit(f"no answer:\n{pathlib.Path(log).read_text()}")


def rest_headers(organism):
    return {"Pasarela-Solicitante": organism["id"], "Pasarela-Funcionario": "PRUEBA-0001", "Pasarela-Finalidad": "proteccion"}


def envelope(about):
    stamp = datetime.now(timezone.utc).isoformat().replace("+00:00", "Z")
    return (f'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header><Contexto xmlns="urn:pasarela:contexto:1">'
            f'<Solicitante>{about["gateway_organism"]}</Solicitante><Funcionario>PRUEBA-0001</Funcionario><Finalidad>proteccion</Finalidad>'
            f'<IdPeticion>{uuid.uuid4()}</IdPeticion><TimeStamp>{stamp}</TimeStamp></Contexto></s:Header><s:Body>'
            f'<ConsultarCaso xmlns="urn:pasarela:viogen:2"><idCaso>{about["cases"]["own"]}</idCaso></ConsultarCaso></s:Body></s:Envelope>')


def measure(folder, about, herencia, pki, ports, options):
    soap = folder / "consulta.xml"
    soap.write_text(envelope(about))
    both = folder / "gateway-both.pem"
    both.write_text(pathlib.Path(pki["client_cert"]).read_text() + pathlib.Path(pki["client_key"]).read_text())
    post = ["-p", str(soap), "-T", "application/soap+xml; charset=utf-8"]
    headers = [part for name, value in rest_headers(herencia).items() for part in ("-H", f"{name}: {value}")]
    path = about["central_path"]
    cases = {
        "central": lambda n: ab(f"https://localhost:{ports['central']}{path}", str(both), post, n, options.concurrency),
        "nginx": lambda n: ab(f"https://localhost:{ports['nginx']}{path}", herencia["both"], post, n, options.concurrency),
        "gateway": lambda n: ab(f"https://localhost:{ports['gateway']}/v2/casos/{about['cases']['own']}", herencia["both"], headers, n, options.concurrency),
    }
    for case in cases.values():
        case(max(200, options.count // 10))
    rates = {name: [] for name in cases}
    for _ in range(options.rounds):
        for name, case in cases.items():
            rates[name].append(case(options.count))
    return rates


def report(rates, idle, loaded, first_answer):
    medians = {name: statistics.median(values) for name, values in rates.items()}
    print("| what | requests/s, median | rounds |\n|---|---|---|")
    for name, values in rates.items():
        print(f"| {name} | {medians[name]:.0f} | {', '.join(f'{v:.0f}' for v in values)} |")
    print(f"\ngateway / nginx = {medians['gateway'] / medians['nginx']:.2f}")
    print(f"gateway / central = {medians['gateway'] / medians['central']:.2f}")
    print(f"memory idle {idle:.1f} MiB; after the load and with 1,000 open connections {loaded:.1f} MiB")
    print(f"start to first answer {first_answer * 1000:.0f} ms")


if __name__ == "__main__":
    main()
