"""Starts one demonstration federation for all foreign clients and tells them where it is."""

import json
import os
import pathlib
import signal
import subprocess
import time
import uuid
from datetime import datetime, timezone

import pytest
import requests

ROOT = pathlib.Path(__file__).resolve().parents[2]
START_SECONDS = 300


def binary() -> pathlib.Path:
    """The program under test: `PASARELA_BIN`, else the newest local build."""
    given = os.environ.get("PASARELA_BIN")
    if given:
        return pathlib.Path(given)
    built = [p for p in (ROOT / "target/release/pasarela", ROOT / "target/debug/pasarela") if p.exists()]
    if not built:
        pytest.fail("no pasarela binary: run `cargo build -p app` or set PASARELA_BIN", pytrace=False)
    return max(built, key=lambda p: p.stat().st_mtime)


class Federation:
    """What the demonstration writes about itself in `demo.json`."""

    def __init__(self, description: dict, process: int):
        self.description = description
        self.process = process
        self.url = description["url"]
        self.ca = description["ca"]

    def organism(self, slug: str) -> dict:
        return self.description["organisms"][slug]

    def case(self, which: str) -> str:
        return self.description["cases"][which]

    def session(self, slug: str) -> requests.Session:
        """A session with one organism's certificate; the machine's own settings are ignored."""
        organism = self.organism(slug)
        session = requests.Session()
        session.trust_env = False
        session.verify = self.ca
        session.cert = (organism["certificate"], organism["key"])
        return session

    def headers(self, slug: str, purpose: str = "proteccion") -> dict:
        return {
            "Pasarela-Solicitante": self.organism(slug)["id"],
            "Pasarela-Funcionario": "PRUEBA-0001",
            "Pasarela-Finalidad": purpose,
        }


def request_id() -> str:
    return str(uuid.uuid4())


def now() -> datetime:
    return datetime.now(timezone.utc)


@pytest.fixture(scope="session")
def federation(tmp_path_factory):
    folder = tmp_path_factory.mktemp("federation")
    log = open(folder / "demo.log", "wb")
    process = subprocess.Popen(
        [str(binary()), "demo", "--dir", str(folder), "--provinces", "13,47"],
        cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
    )
    try:
        description = wait_for(folder / "demo.json", process, folder / "demo.log")
        yield Federation(description, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
        log.close()


def wait_for(path: pathlib.Path, process: subprocess.Popen, log: pathlib.Path) -> dict:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if path.exists():
            return json.loads(path.read_text())
        if process.poll() is not None:
            pytest.fail(f"the demonstration ended early:\n{log.read_text()}", pytrace=False)
        time.sleep(0.1)
    pytest.fail(f"no `demo.json` after {START_SECONDS} s:\n{log.read_text()}", pytrace=False)
