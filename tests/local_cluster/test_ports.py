"""Whether the service can listen: what `smartcity run` finds out before it starts anything."""

import socket
from pathlib import Path

from smartcity_api.cli.ports import obstacle


def test_a_port_in_use_is_named_with_its_holder() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = obstacle("127.0.0.1", port)
        assert said is not None
        assert f"Port {port} on 127.0.0.1 is in use by {Path('/proc/self/comm').read_text().strip()}" in said
        assert f"PORT={port + 1} make run" in said
    assert obstacle("127.0.0.1", port) is None


def test_an_address_of_another_machine_is_refused() -> None:
    said = obstacle("192.0.2.1", 8000)
    assert said is not None
    assert "HOST=192.0.2.1 is not an address of this machine" in said


def test_any_free_port_will_do() -> None:
    assert obstacle("127.0.0.1", 0) is None
