"""Certificates that a client must not trust, though the authority is the right one."""

from pathlib import Path

from certificates import NEW_KEY, Certificate, make_certificate, openssl


def make_foreign(folder: Path, authority: Certificate) -> Certificate:
    made = Certificate(folder / "foreign.crt", folder / "foreign.key")
    openssl(
        *NEW_KEY, "-subj", "/CN=foreign", "-keyout", made.key, "-out", made.cert,
        "-CA", authority.cert, "-CAkey", authority.key,
        "-addext", "subjectAltName=DNS:foreign.example.org", "-addext", "basicConstraints=critical,CA:false",
    )  # fmt: skip
    return made


def make_expired(folder: Path, authority: Certificate) -> Certificate:
    """As make_certificate(), but of yesterday."""
    made = make_certificate(folder, "localhost", authority)
    request = folder / "expired.csr"
    openssl("req", "-new", "-key", made.key, "-subj", "/CN=localhost", "-out", request)
    extensions = folder / "expired.ext"
    extensions.write_text("subjectAltName=DNS:localhost\nbasicConstraints=critical,CA:false\n")
    openssl(
        "x509", "-req", "-in", request, "-CA", authority.cert, "-CAkey", authority.key, "-CAcreateserial",
        "-days", "-1", "-extfile", extensions, "-out", made.cert,
    )  # fmt: skip
    return made
