"""Certificates and password hashes as an administrator makes them: with openssl, and bcrypt."""

import ctypes
import subprocess
from pathlib import Path
from typing import NamedTuple


class Certificate(NamedTuple):
    cert: Path
    key: Path


def openssl(*arguments: str | Path) -> None:
    done = subprocess.run(["openssl", *arguments], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


NEW_KEY = ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1")


def make_authority(folder: Path, name: str) -> Certificate:
    """An authority that signs itself."""
    made = Certificate(folder / f"{name}.crt", folder / f"{name}.key")
    openssl(*NEW_KEY, "-subj", f"/CN={name}", "-keyout", made.key, "-out", made.cert)
    return made


def make_certificate(
    folder: Path, name: str, authority: Certificate, days: int = 1
) -> Certificate:
    """Of this machine's address, signed by the authority; for servers and clients."""
    made = Certificate(folder / f"{name}.crt", folder / f"{name}.key")
    openssl(
        *NEW_KEY, "-days", str(days), "-subj", f"/CN={name}",
        "-keyout", made.key, "-out", made.cert,
        "-CA", authority.cert, "-CAkey", authority.key,
        "-addext", "subjectAltName=IP:127.0.0.1,DNS:" + name,
        "-addext", "basicConstraints=critical,CA:false",
    )  # fmt: skip
    return made


def bcrypt(password: str) -> str:
    """At cost 4, the least there is: tests are to be quick."""
    crypt = ctypes.CDLL("libcrypt.so.1").crypt
    crypt.restype = ctypes.c_char_p
    hashed = crypt(password.encode(), b"$2y$04$" + b"abcdefghijklmnopqrstuu")
    assert hashed.startswith(b"$2y$04$"), hashed
    return hashed.decode()
