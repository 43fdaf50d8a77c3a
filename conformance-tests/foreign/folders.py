"""The folders of partners that speak a dialect of their own: which there are, and what each says of itself."""

import pathlib
import tomllib
from dataclasses import dataclass

from conftest import ROOT

PARTNERS = ROOT / "adapters" / "partners"


@dataclass(frozen=True)
class Folder:
    """One folder, as its `partner.toml` describes it."""

    slug: str
    settings: dict

    @property
    def member(self) -> str:
        """The organism that speaks it here; the demonstration has a `mossos` of its own."""
        return f"dialecto-{self.slug}"

    @property
    def contract(self) -> str:
        return self.settings["contract"]

    @property
    def style(self) -> str:
        return self.settings["protocol"]["style"]

    @property
    def ways(self) -> list[str]:
        """Whether what it asks is signed, unsigned, or either."""
        wanted = self.settings.get("security", {}).get("requests", "ausente")
        return {"ausente": ["unsigned"], "opcional": ["unsigned", "signed"], "exigida": ["signed"]}[wanted]

    def annex(self) -> str:
        """What the agreement of such a partner says of its messages."""
        security = self.settings.get("security", {})
        lines = [f'{name} = "{word}"\n' for name, word in security.items() if isinstance(word, str)]
        return f'contract = "{self.contract}"\n' + ("[organismo.convenio.annex.security]\n" + "".join(lines) if lines else "")

    def messages(self) -> list[pathlib.Path]:
        """What the partner says, of its fixtures: questions and answers."""
        return sorted((PARTNERS / self.slug / "fixtures" / "ida").glob("*/mensaje.xml"))

    def context_paths(self) -> dict:
        """Where its messages say themselves who asks, if they do: path by what stands there."""
        governance = PARTNERS / self.contract / "governance.toml"
        if not governance.exists():
            return {}
        (operation, *_) = tomllib.loads(governance.read_text())["operacion"]
        return {name: path for name, path in operation["contexto"].items() if isinstance(path, str)}


def dialects() -> list[Folder]:
    """Every folder with a contract of its own, by name."""
    found = []
    for path in sorted(PARTNERS.glob("*/partner.toml")):
        folder = Folder(path.parent.name, tomllib.loads(path.read_text()))
        if folder.contract.split("/")[0] == folder.slug:
            found.append(folder)
    return found


def soap_dialects() -> list[Folder]:
    return [folder for folder in dialects() if folder.style.startswith("soap-")]


def members(folders) -> dict:
    """An organism for each, as `members.join` takes it; the codes have the right shape and are nobody's."""
    return {folder.member: (f"A1699{number:04}", f"PRUEBA, {folder.settings['name']}", '["ES"]', folder.annex())
            for number, folder in enumerate(folders, 1)}
