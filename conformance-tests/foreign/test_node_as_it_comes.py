"""The signer of the npm package `soap` as it comes: an RSA key, and an agreement that tolerates its habits."""

import pytest
from conftest import binary
from members import RSA, certified, import_registry, run, wait_until_known
from test_node import answer, outcomes, verified

TOLERANCES = 'tolerates = ["idSinEspacio", "transformacionEnvuelta"]\n'


@pytest.fixture(scope="module")
def tolerated(federation, tmp_path_factory):
    """`nacional` with its RSA certificate and the tolerances in its agreement; as it was, afterwards."""
    folder, organism = tmp_path_factory.mktemp("tolerated"), federation.organism("nacional")
    rsa = certified(federation, organism["id"], folder, RSA, 4097)
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
