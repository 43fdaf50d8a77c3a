"""schemathesis drives every REST operation from the served OpenAPI document."""

import os
import pathlib
import subprocess
import sys

EXAMPLES = "15"
LIMIT_SECONDS = 1200


def test_openapi_holds(federation, tmp_path):
    organism = federation.organism("herencia")
    command = [
        str(pathlib.Path(sys.executable).parent / "schemathesis"), "run", federation.description["openapi"],
        "--tls-verify", federation.ca,
        "--request-cert", organism["certificate"], "--request-cert-key", organism["key"],
        "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
        "--max-examples", EXAMPLES, "--seed", "20200229", "--workers", "1", "--no-color",
        "--generation-database", "none",
        # That few drawn values fit the patterns of a lot of cases is no fault of the service.
        "--suppress-health-check", "filter_too_much",
    ]
    for name, value in federation.headers("herencia").items():
        command += ["--header", f"{name}: {value}"]
    environment = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy") and k != "REQUESTS_CA_BUNDLE"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_SECONDS, cwd=tmp_path,
                          env=environment, check=False)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert "Traceback" not in done.stderr
