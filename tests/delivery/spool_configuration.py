"""The configuration of the spool, as `seadragon-alerts configure` writes it."""

import functools
import json
import os
import re
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import NamedTuple

from configurations import make_certificate
from mail_server import PASSWORD
from routing import RECIPIENTS, SENDER
from settings import ROOT

PROGRAM = Path(os.environ.get("SEADRAGON_BUILD", ROOT / "build")) / "bin/seadragon-alerts"

HOST, PORT, OWN_PORT = "mail.example.org", 2526, 10326
AUTHORITY = "certificate.pem"
RELAY = f"[{HOST}]:{PORT}"
NOBODY = {"url": "http://127.0.0.1:1"}

_lock = threading.Lock()


class Texts(NamedTuple):
    main: str
    master: str

    def replaced(self, old: object, new: object) -> "Texts":
        assert any(str(old) in text for text in self), f"not there: {old}"
        return Texts(*(text.replace(str(old), str(new)) for text in self))


def texts(folder: Path, own_port: int, relay: str, authority: Path) -> Texts:
    """Of main.cf and master.cf, for a spool in `folder` whose login is in etc/sasl_passwd."""
    with _lock:
        place, written = _written()
    return (
        written.replaced(place / "written/postfix", folder / "etc")
        .replaced(place / AUTHORITY, authority)
        .replaced(place / "spool", folder)
        .replaced(f"127.0.0.1:{OWN_PORT} ", f"127.0.0.1:{own_port} ")
        .replaced(RELAY, relay)
    )


def setting(name: str) -> str:
    """Of main.cf, as it is written."""
    with _lock:
        _, written = _written()
    found = re.findall(rf"^{name} = (.*)$", written.main, re.M)
    assert len(found) == 1, f"{name}: {found}"
    return found[0]


@functools.cache
def _written() -> tuple[Path, Texts]:
    """Once: it takes seconds, as it has all checked that it writes. The place is gone since."""
    with tempfile.TemporaryDirectory(prefix="seadragon-configured-") as name:
        place = Path(name)
        place.chmod(0o755)
        make_certificate(place)
        smtp = {"server": HOST, "port": PORT, "username": SENDER, "password": PASSWORD}
        settings = {
            "smtp": smtp | {"ca_file": str(place / AUTHORITY)},
            "recipients": RECIPIENTS,
            "spool": {"program": "postfix", "directory": str(place / "spool"), "port": OWN_PORT},
            "alertmanager": NOBODY,
            "prometheus": NOBODY,
        }
        file = place / "settings.yml"
        file.touch(mode=0o600)
        file.write_text(json.dumps(settings))  # JSON is YAML
        output = place / "written"
        command = [PROGRAM, "configure", f"--output.dir={output}", f"--config.file={file}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        folder = output / "postfix"
        return place, Texts((folder / "main.cf").read_text(), (folder / "master.cf").read_text())
