"""The signer of the npm package `soap` as it comes: an RSA key, and an agreement that tolerates its habits."""

import subprocess
import time

import pytest
from conftest import binary
from test_node import answer, outcomes, verified

LIMIT_SECONDS = 30
TOLERANCES = 'tolerates = ["idSinEspacio", "transformacionEnvuelta"]\n'
CERTIFICATE = """basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=clientAuth
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
subjectAltName=URI:urn:dir3:{id}
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


def rsa_certificate(federation, organism: dict, folder) -> dict:
    """The organism with a second certificate of the demonstration's authority: RSA, 3072 bits."""
    key, request, extensions, certificate = (folder / name for name in ("rsa.key.pem", "rsa.csr", "rsa.ext", "rsa.pem"))
    extensions.write_text(CERTIFICATE.format(**organism))
    run("openssl", "req", "-new", "-newkey", "rsa:3072", "-nodes", "-keyout", key, "-out", request,
        "-subj", "/C=ES/O=PRUEBA/CN=Sello RSA de PRUEBA")
    run("openssl", "x509", "-req", "-in", request, "-CA", federation.ca, "-CAkey", federation.ca.replace("ca.pem", "ca.key.pem"),
        "-set_serial", "4097", "-days", "2", "-sha256", "-extfile", extensions, "-out", certificate)
    return {**organism, "certificate": str(certificate), "key": str(key)}


def wait_until_known(federation, slug: str) -> None:
    """The gateway looks at its registry again by itself, and soon."""
    path = f"{federation.url}/v2/casos?limite=1"
    deadline = time.monotonic() + LIMIT_SECONDS
    while True:
        seen = federation.session(slug).get(path, headers=federation.headers(slug))
        if seen.status_code == 200:
            return
        assert seen.json()["codigo"] == "certificado-no-registrado", seen.text
        assert time.monotonic() < deadline, "the registry is not looked at again"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def tolerated(federation, tmp_path_factory):
    """`nacional` with its RSA certificate and the tolerances in its agreement; as it was, afterwards."""
    folder, organism = tmp_path_factory.mktemp("tolerated"), federation.organism("nacional")
    rsa = rsa_certificate(federation, organism, folder)
    config = federation.description["gateway_config"]
    entries = run(binary(), "registry", "export", "--config", config).split("[[organismo]]\n")
    (entry,) = [entry for entry in entries if f'id = "{organism["id"]}"' in entry.splitlines()]
    before, after = folder / "before.toml", folder / "after.toml"
    before.write_text("[[organismo]]\n" + entry)
    changed = entry.replace("claves = [", f'certificados = ["{rsa["certificate"]}"]\nclaves = [', 1)
    changed = changed.replace("[organismo.convenio.annex.security]\n", "[organismo.convenio.annex.security]\n" + TOLERANCES, 1)
    after.write_text("[[organismo]]\n" + changed)
    import_registry(config, after)
    federation.description["organisms"]["nacional-rsa"] = rsa
    wait_until_known(federation, "nacional-rsa")
    yield "nacional-rsa"
    import_registry(config, before)


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_taken_where_the_agreement_tolerates_it(federation, tolerated, version):
    (found,) = outcomes(federation, tolerated, version, ("BuscarCasos", {"limite": 1}, {}))
    assert "caso" in answer(found)
    verified(federation, found)
