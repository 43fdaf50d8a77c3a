"""Organisms that a test adds to the running federation: certificate of the demonstration's authority, agreement by `registry import`."""

import json
import subprocess
import time

from conftest import binary

LIMIT_SECONDS = 30
EXTENSIONS = """basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=clientAuth
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
subjectAltName=URI:urn:dir3:{id}
"""
EC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
RSA = ("-newkey", "rsa:3072")
AGREEMENT = """[[organismo]]
id = "{id}"
kind = "policiaAutonomica"
name = "{name}"
certificados = {certificates}

[[organismo.convenio]]
id = "PRUEBA-{id}"
state = "vigente"
effective_from = "2026-01-01"
expires_on = "2027-12-31"

[organismo.convenio.annex]
operations = ["coincidencia", "consulta", "busqueda", "presentacion"]
purposes = ["proteccion", "valoracion"]
territory = {territory}
max_risk = "extremo"
mode = "seguimiento"
{more}
"""


def run(*words) -> str:
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def import_registry(config, registry):
    """Imports as it takes: what opens access, a manager proposes and a supervisor carries out."""
    told = [run(binary(), "registry", "import", "--config", config, "--by", "GESTORA-1", registry)]
    if "PROPUESTA" in told[0]:
        told.append(run(binary(), "registry", "import", "--config", config, "--by", "SUPERVISORA-1", registry))
    assert "PROPUESTA" not in told[-1], told


def certified(federation, identifier: str, folder, kind, serial: int) -> dict:
    """An organism as `demo.json` describes it, with a certificate of the demonstration's authority."""
    stem = folder / f"{identifier}-{serial}"
    key, request, extensions, certificate, both = (stem.with_suffix(end) for end in (".key.pem", ".csr", ".ext", ".pem", ".both.pem"))
    extensions.write_text(EXTENSIONS.format(id=identifier))
    run("openssl", "req", "-new", *kind, "-nodes", "-keyout", key, "-out", request, "-subj", "/C=ES/O=PRUEBA/CN=Sello de PRUEBA")
    run("openssl", "x509", "-req", "-in", request, "-CA", federation.ca, "-CAkey", federation.ca.replace("ca.pem", "ca.key.pem"),
        "-set_serial", serial, "-days", "2", "-sha256", "-extfile", extensions, "-out", certificate)
    both.write_bytes(certificate.read_bytes() + key.read_bytes())
    return {"id": identifier, "certificate": str(certificate), "key": str(key), "both": str(both)}


def join(federation, folder, entries: dict, further=()) -> None:
    """Adds organisms, by slug: identifier, name, territory (as TOML), and what else their annexes say; waits until all may ask.

    `further` are certificates that each may sign with beside its own.
    """
    text = ""
    for serial, (slug, (identifier, name, territory, more)) in enumerate(entries.items(), 8192):
        organism = certified(federation, identifier, folder, EC, serial)
        federation.description["organisms"][slug] = organism
        certificates = json.dumps([organism["certificate"], *further])
        text += AGREEMENT.format(**organism, certificates=certificates, name=name, territory=territory, more=more)
    registry = folder / "members.toml"
    registry.write_text(text)
    import_registry(federation.description["gateway_config"], registry)
    for slug in entries:
        wait_until_known(federation, slug)


def wait_until_known(federation, slug: str) -> None:
    """The gateway looks at its registry again by itself, and soon."""
    path = f"{federation.url}/v2/casos?limite=1"
    deadline = time.monotonic() + LIMIT_SECONDS
    while True:
        seen = federation.session(slug).get(path, headers=federation.headers(slug))
        if seen.status_code == 200 or seen.json()["codigo"] != "certificado-no-registrado":
            return
        assert time.monotonic() < deadline, "the registry is not looked at again"
        time.sleep(0.1)
