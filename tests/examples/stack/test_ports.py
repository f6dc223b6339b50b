import socket

import pytest
from failure import Failure
from ports import check_ports, is_free, named_ports
from settings import Ports, Settings


def test_a_port_that_is_taken_is_named_with_its_purpose(free_port: int) -> None:
    with socket.create_server(("127.0.0.1", free_port)):
        with pytest.raises(Failure) as failure:
            check_ports(Settings(ports=Ports(exporter=free_port)))
    text = str(failure.value)
    assert f"{free_port} for the exporter" in text
    assert "nothing was started" in text and "--port-base" in text


def test_a_port_that_is_taken_on_every_address_is_not_free(free_port: int) -> None:
    with socket.create_server(("", free_port)):
        assert not is_free(free_port)
    assert is_free(free_port)


def test_grafanas_port_matters_only_where_grafana_is_installed() -> None:
    assert "Grafana" not in named_ports(Settings())
    assert named_ports(Settings(grafana_server="/usr/sbin/grafana-server"))["Grafana"] == 3000
