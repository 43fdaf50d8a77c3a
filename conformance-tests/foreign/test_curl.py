"""curl as a REST partner: the commands the demonstration prints, and what must be refused."""

import json
import subprocess

import pytest

LIMIT_SECONDS = "20"


def curl(federation, slug, path, *options, headers=None):
    """Runs curl; returns exit status, HTTP status, headers (lower case) and body."""
    command = ["curl", "--silent", "--show-error", "--max-time", LIMIT_SECONDS, "--cacert", federation.ca,
               "--write-out", "\n%{http_code}", "--dump-header", "-"]
    if slug:
        organism = federation.organism(slug)
        command += ["--cert", organism["certificate"], "--key", organism["key"]]
        for name, value in (headers if headers is not None else federation.headers(slug)).items():
            command += ["--header", f"{name}: {value}"]
    done = subprocess.run([*command, *options, federation.url + path], capture_output=True, timeout=60, check=False)
    if done.returncode:
        return done.returncode, None, {}, b""
    raw, _, status = done.stdout.rpartition(b"\n")
    while raw.startswith(b"HTTP/"):
        head, _, raw = raw.partition(b"\r\n\r\n")
    fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:] if ": " in line)
    return 0, int(status), {k.lower(): v for k, v in fields.items()}, raw


def problem(answer):
    code, status, headers, body = answer
    assert code == 0
    assert headers["content-type"].startswith("application/problem+json")
    report = json.loads(body)
    assert report["status"] == status
    for member in ("type", "title", "detail", "codigo", "culpa", "reintento"):
        assert report.get(member), f"the problem does not say `{member}`"
    return report


def test_consult(federation):
    code, status, headers, body = curl(federation, "herencia", f"/v2/casos/{federation.case('own')}")
    assert (code, status) == (0, 200)
    case = json.loads(body)["caso"]
    assert case["cabecera"]["idCaso"] == federation.case("own")
    assert case["cabecera"]["retenido"]
    assert headers["etag"]


def test_out_of_scope_is_not_found(federation):
    seen = []
    for case in (federation.case("foreign"), "7ZZZZZZZZZZZZZZZZZZZZZZZZZ"):
        report = problem(curl(federation, "herencia", f"/v2/casos/{case}"))
        for member in ("instance", "incidencia"):
            report.pop(member)
        seen.append(report)
    assert seen[0] == seen[1]
    assert seen[0]["codigo"] == "no-encontrado"


@pytest.mark.parametrize("options, headers, expected", [
    (["--data", "{"], {}, "json-mal-formado"),
    (["--data", '{"tipoDocumento":"DNI","numeroDocumento":"00000001R","otro":1}'], {}, "esquema-incumplido"),
    (["--data", "[" * 200 + "]" * 200], {}, None),
    (["--data", "{}"], {"Content-Type": "text/plain"}, "tipo-no-admitido"),
    (["--data", "{}"], {"Pasarela-Finalidad": "curiosidad"}, "finalidad-desconocida"),
    (["--data", '{"tipoDocumento":"DNI","numeroDocumento":"00000001R"}'], {"Pasarela-Solicitante": "L01280796"}, "solicitante-distinto-del-certificado"),
    (["--data", "{}"], {"Pasarela-Solicitante": ""}, "falta-contexto"),
])
def test_bad_requests_are_named(federation, options, headers, expected):
    sent = {"Content-Type": "application/json", **federation.headers("herencia"), **headers}
    report = problem(curl(federation, "herencia", "/v2/coincidencias", *options,
                          headers={k: v for k, v in sent.items() if v}))
    if expected:
        assert report["codigo"] == expected
    assert report["culpa"] == "solicitante"


def test_too_large_body(federation, tmp_path):
    big = tmp_path / "big.json"
    big.write_text('{"x":"' + "a" * (3 << 20) + '"}')
    report = problem(curl(federation, "herencia", "/v2/coincidencias", "--data-binary", f"@{big}",
                          headers={"Content-Type": "application/json", "Expect": "", **federation.headers("herencia")}))
    assert report["codigo"] == "mensaje-demasiado-grande"


@pytest.mark.parametrize("slug", [None, "bad-expired", "bad-not-yet-valid", "bad-wrong-purpose", "bad-unknown-authority", "bad-revoked", "bad-two-organisms"])
def test_bad_certificates_do_not_get_in(federation, slug):
    code, status, _, _ = curl(federation, slug, f"/v2/casos/{federation.case('own')}",
                              headers=federation.headers("herencia"))
    assert code != 0 and status is None, "the handshake must fail"
