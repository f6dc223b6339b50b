"""Who may scrape the exporter: TLS, users and client certificates, as a real Prometheus meets them."""

import json
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from certificates import Certificate, bcrypt, make_authority, make_certificate
from exporter_process import ANY_PORT, FIXTURE_TREES, NO_SERVER, Exporter, request, run_to_its_end
from running import AnyPrometheus, eventually
from served_pages import PageProcess

PASSWORD = "Kormoran, Tölpel & Möwe"
USER = {"username": "prometheus", "password": PASSWORD}


class Certificates(NamedTuple):
    authority: Certificate
    server: Certificate
    client: Certificate
    stranger: Certificate  # one that another authority has signed


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    folder = tmp_path_factory.mktemp("certificates")
    authority = make_authority(folder, "authority")
    other = make_authority(folder, "other-authority")
    return Certificates(
        authority,
        make_certificate(folder, "server", authority),
        make_certificate(folder, "client", authority),
        make_certificate(folder, "stranger", other),
    )


def web_config(path: Path, tls: dict[str, Any], **more: Any) -> Path:
    # JSON is YAML.
    path.write_text(json.dumps({"tls_server_config": tls} | more, indent=1))
    return path


def served_with(certificate: Certificate) -> dict[str, str]:
    return {"cert_file": str(certificate.cert), "key_file": str(certificate.key)}


def job(name: str, exporter: Exporter, tls: dict[str, str], **more: Any) -> dict[str, Any]:
    target = exporter.url().removeprefix("https://").removesuffix("/metrics")
    return {
        "job_name": name,
        "scheme": "https",
        "static_configs": [{"targets": [target]}],
        "tls_config": tls,
    } | more


@pytest.fixture(scope="module")
def scraping(
    tmp_path_factory: pytest.TempPathFactory, certificates: Certificates
) -> Iterator[AnyPrometheus]:
    """A Prometheus with a job for each thing that a client may have right or wrong. One exporter asks
    for a user, the other for a client's certificate besides."""
    folder = tmp_path_factory.mktemp("access")
    users = {"prometheus": bcrypt(PASSWORD)}
    tls = served_with(certificates.server)
    clients = {
        "client_ca_file": str(certificates.authority.cert),
        "client_auth_type": "RequireAndVerifyClientCert",
    }
    with ExitStack() as stops:
        llm_server = PageProcess(folder)
        stops.callback(llm_server.stop)

        def start(name: str, tls: dict[str, str]) -> Exporter:
            config = web_config(folder / name, tls, basic_auth_users=users)
            flags = [f"--web.config.file={config}", f"--server.url={llm_server.url}"]
            started = Exporter(folder, *FIXTURE_TREES, "--server.name=llm", *flags)
            stops.callback(started.stop)
            return started

        users_only = start("users.yml", tls)
        certificate_too = start("clients.yml", tls | clients)
        trusts = {"ca_file": str(certificates.authority.cert)}
        as_client = trusts | served_with(certificates.client)
        as_stranger = trusts | served_with(certificates.stranger)
        prometheus = AnyPrometheus(
            folder,
            [
                job("user", users_only, trusts, basic_auth=USER),
                job("wrong password", users_only, trusts, basic_auth=USER | {"password": "Gans"}),
                job("no password", users_only, trusts),
                job("other authority", users_only, {"ca_file": str(certificates.stranger.cert)}),
                job("certificate", certificate_too, as_client, basic_auth=USER),
                job("no certificate", certificate_too, trusts, basic_auth=USER),
                job("stranger", certificate_too, as_stranger, basic_auth=USER),
                job("certificate alone", certificate_too, as_client),
            ],
        )
        stops.callback(prometheus.stop)
        yield prometheus


def up(prometheus: AnyPrometheus, job: str) -> float:
    """Of the job's first scrape."""
    query = 'up{job="%s"}' % job
    eventually(lambda: prometheus.query(query), prometheus.complaints)
    return prometheus.value(query)


@pytest.mark.parametrize("job", ["user", "certificate"])
def test_prometheus_reads_every_number_where_it_has_what_is_asked_for(
    scraping: AnyPrometheus, job: str
):
    eventually(lambda: scraping.query('up{job="%s"} == 1' % job), scraping.complaints)
    at = '{job="%s"}' % job
    assert scraping.value("seadragon_host_memory_total_bytes" + at) == 25276514304
    assert scraping.value('seadragon_host_cpu_seconds_total{mode="user",job="%s"}' % job) == 357.25
    assert scraping.value("seadragon_server_up" + at) == 1
    assert scraping.value("seadragon_server_queue_length" + at) == 9


@pytest.mark.parametrize(
    ("job", "error"),
    [
        ("wrong password", "401"),
        ("no password", "401"),
        ("other authority", "x509"),
        ("no certificate", "certificate required"),
        ("stranger", "unknown certificate authority"),
        ("certificate alone", "401"),
    ],
)
def test_prometheus_is_refused_where_it_has_not(scraping: AnyPrometheus, job: str, error: str):
    assert up(scraping, job) == 0
    assert not scraping.query('seadragon_host_memory_total_bytes{job="%s"}' % job)
    targets = scraping.get("targets")["activeTargets"]
    (said,) = (target["lastError"] for target in targets if target["labels"]["job"] == job)
    assert error in said


def test_a_client_is_told_to_speak_tls(
    tmp_path: Path, start_exporter: Callable[..., Exporter], certificates: Certificates
):
    config = web_config(tmp_path / "web.yml", served_with(certificates.server))
    exporter = start_exporter(*FIXTURE_TREES, *NO_SERVER, f"--web.config.file={config}")
    assert exporter.url().startswith("https://")
    answer = request(exporter.url().replace("https:", "http:"))
    assert answer.status == 400
    assert "HTTPS" in answer.text


def test_a_renewed_certificate_is_served_without_a_restart(
    tmp_path: Path, start_exporter: Callable[..., Exporter], certificates: Certificates
):
    used = Certificate(tmp_path / "used.crt", tmp_path / "used.key")

    def use(certificate: Certificate) -> None:
        for now, new in zip(used, certificate, strict=True):
            now.write_bytes(new.read_bytes())

    use(certificates.server)
    config = web_config(tmp_path / "web.yml", served_with(used))
    exporter = start_exporter(*FIXTURE_TREES, *NO_SERVER, f"--web.config.file={config}")
    host, _, port = exporter.url().removeprefix("https://").removesuffix("/metrics").partition(":")

    def serves(certificate: Certificate) -> bool:
        pem = ssl.get_server_certificate((host, int(port)))
        return pem.split() == certificate.cert.read_text().split()

    assert serves(certificates.server)
    use(certificates.client)
    eventually(lambda: serves(certificates.client), lambda: exporter.log)


BAD_CONFIGS = {
    "an unknown key": ("tls_server_config:\n  cert_fil: x\n", ":2: ", "cert_fil"),
    "a hash that is none": ("basic_auth_users:\n  anna: secret\n", ":2: ", "anna"),
    "a missing certificate": (
        "tls_server_config:\n  cert_file: none.crt\n  key_file: none.key\n", ":2: ", "none.crt",
    ),
    "an unknown way to ask for certificates": (
        "tls_server_config:\n  cert: a\n  key: b\n  client_auth_type: Perhaps\n", ":4: ", "Perhaps",
    ),
    "a header of two lines": (
        "http_server_config:\n  headers:\n    X-XSS-Protection: \"1\\r\\nX-Forged: 1\"\n", ":3: ",
        "X-XSS-Protection",
    ),
    "what is no YAML": ("tls_server_config: [\n", ":2: ", ""),
}  # fmt: skip


@pytest.mark.parametrize("bad", BAD_CONFIGS)
def test_a_bad_web_configuration_is_named_with_its_line(tmp_path: Path, bad: str):
    text, line, culprit = BAD_CONFIGS[bad]
    config = tmp_path / "web.yml"
    config.write_text(text)
    checked = run_to_its_end("--check-config", f"--web.config.file={config}")
    assert checked.returncode == 2
    assert f"{config}{line}" in checked.stderr
    assert culprit in checked.stderr
    assert "secret" not in checked.stderr
    assert checked.stdout == ""
    # It does not start with it either.
    started = run_to_its_end(f"--web.listen-address={ANY_PORT}", f"--web.config.file={config}")
    assert (started.returncode, started.stderr) == (2, checked.stderr)


def test_a_key_of_another_certificate_is_named(tmp_path: Path, certificates: Certificates):
    mixed = Certificate(certificates.server.cert, certificates.client.key)
    config = web_config(tmp_path / "web.yml", served_with(mixed))
    checked = run_to_its_end("--check-config", f"--web.config.file={config}")
    assert checked.returncode == 2
    assert str(config) in checked.stderr
    assert "the key does not belong to the certificate" in checked.stderr


def test_a_good_web_configuration_is_called_good(tmp_path: Path, certificates: Certificates):
    users = {"anna": bcrypt(PASSWORD)}
    config = web_config(
        tmp_path / "web.yml", served_with(certificates.server), basic_auth_users=users
    )
    checked = run_to_its_end("--check-config", f"--web.config.file={config}")
    assert (checked.returncode, checked.stderr) == (0, "")
