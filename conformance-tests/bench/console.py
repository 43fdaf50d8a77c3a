#!/usr/bin/env python3
"""Measures how long the pages of the console take with 2,000 organisms and 5,000 documents.

Needs a `pasarela`, debug or release (--program), and runs it in a folder of its own. One file is opened through the
console; the others are copies of it in the database, each of another organism, with papers of their own. Then every
page is asked for a number of times over one connection, as the auditor; what is told is the time from the request to the
last byte, so that it is a bound of the time at the server. Everything is synthetic.
"""

import argparse
import hashlib
import http.client
import json
import pathlib
import re
import sqlite3
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

ORGANISMS = 2_000
DOCUMENTS = 5_000
FIRST = "PRUEBA-0"
PDF = b"%PDF-1.4\n% PRUEBA\n%%EOF\n"
WEIGHED = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9]
PERMUTED = [0, 3, 8, 2, 7, 4, 1, 5, 9, 6]


class Visitor:
    """Someone with a certificate, signed in."""

    def __init__(self, folder, slug, port):
        context = ssl.create_default_context(cafile=str(folder / "pki/ca.pem"))
        context.load_cert_chain(folder / f"pki/{slug}.pem", folder / f"pki/{slug}.key.pem")
        self.connection = http.client.HTTPSConnection("localhost", port, context=context, timeout=60)
        self.cookie = ""
        page = self.get("/entrar")
        self.post("/entrar", {"token": token(page)})

    def ask(self, method, path, body=None):
        headers = {"Cookie": self.cookie}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        for value in answer.headers.get_all("set-cookie") or []:
            if value.startswith("__Host-"):
                self.cookie = value.split(";")[0]
        if answer.status >= 400:
            sys.exit(f"{method} {path}: {answer.status}\n{text}")
        return text

    def get(self, path):
        return self.ask("GET", path)

    def post(self, path, fields):
        return self.ask("POST", path, urllib.parse.urlencode(fields))


def token(page):
    return re.search(r'name="token" value="([^"]*)"', page).group(1)


def town_halls(root):
    """The identifiers of town halls, with their names."""
    lines = (root / "gateway/domain/data/municipios.csv").read_text().splitlines()[1:]
    for line in lines:
        code, check, name = line.split(",", 2)
        yield f"L01{code}{check}", code, name


def fill(database, towns):
    """Copies the first file for every town, and gives the copies papers."""
    base = sqlite3.connect(database, timeout=30)
    base.row_factory = sqlite3.Row
    first = base.execute("select * from dossiers where id = ?", [FIRST]).fetchone()
    entry = {
        "at": json.loads(first["summary"])["since"],
        "author": first["opened_by"],
        "date": "2026-01-10",
        "act": "incorporacion",
        "note": "PRUEBA",
    }
    papers = [PDF.replace(b"PRUEBA", f"PRUEBA {n}".encode()) for n in range(DOCUMENTS)]
    digests = [hashlib.sha256(paper).hexdigest() for paper in papers]
    with base:
        base.executemany(
            "insert into documents (digest, media_type, size, bytes, stored_at, stored_by) values (?, 'application/pdf', ?, ?, 0, 'PRUEBA')",
            [(digest, len(paper), paper) for digest, paper in zip(digests, papers)],
        )
        for number, (organism, code, name) in enumerate(towns, 1):
            summary = json.loads(first["summary"])
            summary.update(id=f"PRUEBA-{number}", version=0, territory=[code])
            summary["organism"].update(id=organism, name=name)
            own = list(enumerate(digests[number - 1 :: ORGANISMS], 1))
            summary["version"] = len(own)
            base.execute("insert or ignore into organisms (id, kind, name) values (?, 'policiaLocal', ?)", [organism, name])
            base.execute(
                "insert into dossiers (id, organism, kind, name, opened_at, opened_by, summary) values (?, ?, 'policiaLocal', ?, ?, ?, ?)",
                [f"PRUEBA-{number}", organism, name, first["opened_at"], first["opened_by"], json.dumps(summary)],
            )
            for seq, digest in own:
                text = json.dumps({**entry, "seq": seq, "document": digest})
                base.execute("insert into dossier_entries (dossier, seq, entry, document) values (?, ?, ?, ?)", [f"PRUEBA-{number}", seq, text, digest])
        base.execute("update registry set version = version + 1")
    return digests[-1]


def measure(visitor, path, times):
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        page = visitor.get(path)
        took.append((time.perf_counter() - begun) * 1000)
    return statistics.median(took), max(took), len(page)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--program", type=pathlib.Path, required=True)
    options.add_argument("--home", type=pathlib.Path, help="where its contracts and policies are; here unless said otherwise")
    options.add_argument("--times", type=int, default=30)
    options = options.parse_args()
    root = pathlib.Path(__file__).resolve().parents[2]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        options.program = options.program.resolve()
        command = [options.program, "demo", "--dir", folder, "--provinces", "13"]
        served = subprocess.Popen(command, cwd=options.home or root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        described = folder / "demo.json"
        while not described.exists() and served.poll() is None:
            time.sleep(0.2)
        time.sleep(1)
        if not described.exists():
            sys.exit("the demonstration did not start")
        port = int(json.loads(described.read_text())["console"].rsplit(":", 1)[1])
        try:
            run(options.program, options.home or root, folder, port, root, options.times)
        finally:
            served.terminate()
            served.wait()


def run(program, home, folder, port, root, times):
    database = folder / "pasarela.sqlite"
    for _ in range(120):
        try:
            manager = Visitor(folder, "gestora-1", port)
            break
        except OSError:
            time.sleep(0.5)
    else:
        sys.exit("the console does not answer")
    towns = list(town_halls(root))[: ORGANISMS + 1]
    organism = towns[0][0]
    manager.post("/adhesiones/nueva", {"token": token(manager.get("/")), "convenio": FIRST, "organismo": organism, "tipo": "policiaLocal", "nombre": "PRUEBA"})
    digest = fill(database, towns[1:])
    # What the board sifts by is made of the entries, by the program itself.
    subprocess.run([program, "migrate", "--config", folder / "pasarela.toml"], cwd=home, check=True)
    time.sleep(6)  # until the registry is read again
    auditor = Visitor(folder, "auditora-1", port)
    name = urllib.parse.quote(towns[5][2])
    paths = ["/adhesiones", "/adhesiones?pagina=20", f"/adhesiones?q={name}", "/adhesiones?comunidad=7&aviso=si", "/adhesiones/nueva"]
    paths += [f"/organismos/{towns[5][0]}", f"/documentos?id={digest}", "/cobertura", "/cobertura?datos=muestra", "/salud", "/alarmas", "/visibilidad", "/visibilidad/diferencias", "/visibilidad/propuestas"]
    print(f"{len(towns)} files, {DOCUMENTS} documents, {times} times each, in milliseconds")
    for path in paths:
        median, most, size = measure(auditor, path, times)
        print(f"{median:8.1f} median {most:8.1f} most {size:8} bytes  {path}")


main()
