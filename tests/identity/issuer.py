"""An OpenID Connect issuer as a process of its own: what it runs, and how tests talk to it.

It shares its private keys with the tests, rotates them, remembers what it was asked, and answers otherwise when told.
"""

import json
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import Any, cast

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID
from joserfc import jws
from joserfc.jwk import ECKey, JWKRegistry, Key, KeySet, OKPKey, RSAKey

DISCOVERY = "/.well-known/openid-configuration"
KEY_OF = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC", "EdDSA": "OKP"}
AUDIENCE = "smartcity-api"
ROLES = "editors=secretary,readers=auditor,cities=agency"


def fresh_keys() -> KeySet:
    keys: list[Key] = [
        RSAKey.generate_key(2048, {"use": "sig"}),
        ECKey.generate_key("P-256", {"use": "sig"}),
        OKPKey.generate_key("Ed25519", {"use": "sig"}),
    ]
    return KeySet(keys)


class Server(ThreadingHTTPServer):
    """The issuer's state."""

    def __init__(self, identity: str | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"{'https' if identity else 'http'}://127.0.0.1:{self.server_port}"
        if identity:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(identity)
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self.keys = fresh_keys()
        self.asked: list[str] = []
        self.told: dict[str, dict[str, Any]] = {}


class Handler(BaseHTTPRequestHandler):
    """What the world asks is remembered; what begins with `/control` is the tests'."""

    def do_GET(self) -> None:
        server = cast("Server", self.server)
        if self.path == "/control/asked":
            self.say(server.asked)
        elif self.path == "/control/keys":
            self.say(server.keys.as_dict(private=True))
        else:
            server.asked.append(self.path)
            self.tell(server)

    def do_POST(self) -> None:
        server = cast("Server", self.server)
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if self.path == "/control/rotate":
            server.keys = fresh_keys()
        elif self.path == "/control/forget":
            server.asked.clear()
        else:
            server.told = json.loads(body)
        self.say({})

    def tell(self, server: Server) -> None:
        told = server.told.get(self.path)
        if told is not None:
            if told.get("drip"):
                self.drip()
            self.say(told.get("content"), told.get("status", 200), told.get("headers", {}))
        elif self.path == DISCOVERY:
            self.say({"issuer": server.url, "jwks_uri": f"{server.url}/jwks"})
        elif self.path == "/jwks":
            self.say(server.keys.as_dict())
        else:
            self.say({}, 404)

    def say(self, content: Any, status: int = 200, headers: dict[str, str] | None = None) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def drip(self) -> None:
        """Begin an answer that goes on for as long as anybody listens."""
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        with suppress(OSError):
            while True:
                self.wfile.write(b" ")
                time.sleep(0.02)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: tests ask `/control/asked`."""


class Issuer:
    """The tests' side of the process."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self.process, self.url = process, url
        self._client = httpx.Client(base_url=url, trust_env=False, verify=False)

    def trusted(self, **changes: Any) -> dict[str, Any]:
        """Settings that trust it."""
        return {"oidc_issuer": self.url, "oidc_audience": AUDIENCE, "oidc_roles": ROLES, **changes}

    @property
    def asked(self) -> list[str]:
        """The paths that others have asked for."""
        return cast("list[str]", self._client.get("/control/asked").json())

    def rotate(self) -> None:
        self._client.post("/control/rotate").raise_for_status()

    def forget(self) -> None:
        """What others have asked for, and what to answer otherwise."""
        self._client.post("/control/forget").raise_for_status()
        self.answer({})

    def answer(self, answers: dict[str, dict[str, Any]]) -> None:
        """By path: `content`, `status`, `headers`, or `drip`; other paths are answered as always."""
        self._client.post("/control/answers", json=answers).raise_for_status()

    def key(self, algorithm: str) -> Key:
        """The private key that signs with the algorithm."""
        keys = self._client.get("/control/keys").json()["keys"]
        return JWKRegistry.import_key(next(key for key in keys if key["kty"] == KEY_OF[algorithm]))

    def claims(self, **changes: Any) -> dict[str, Any]:
        """Those of a good token; None takes one away."""
        now = int(time.time())
        claims = {"iss": self.url, "aud": AUDIENCE, "sub": "u-1", "iat": now, "exp": now + 3600, "roles": ["editors"]}
        return {name: value for name, value in (claims | changes).items() if value is not None}

    def token(self, algorithm: str = "RS256", header: dict[str, Any] | None = None, **claims: Any) -> str:
        """One signed with the issuer's key of now."""
        key = self.key(algorithm)
        return signed(key, {"alg": algorithm, "kid": key.kid, **(header or {})}, self.claims(**claims))

    def stop(self) -> None:
        self._client.close()
        self.process.kill()
        self.process.wait()


def signed(key: Key, header: dict[str, Any], claims: dict[str, Any] | bytes) -> str:
    """Whatever it says, also what no issuer would."""
    registry = jws.JWSRegistry(algorithms=[header["alg"]], strict_check_header=False)
    content = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    return jws.serialize_compact(header, content, key, registry=registry)


def certificate(key: RSAKey) -> x509.Certificate:
    """The key's own word for itself."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "issuer")])
    builder = x509.CertificateBuilder(name, name, key.public_key, x509.random_serial_number())
    today = datetime.now(UTC)
    builder = builder.not_valid_before(today - timedelta(1)).not_valid_after(today + timedelta(1))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
    assert key.private_key is not None
    return builder.sign(key.private_key, hashes.SHA256())


@contextmanager
def running(*identity: str) -> Iterator[Issuer]:
    """An issuer on a free port of this machine, until the block ends; with TLS if given a certificate and its key."""
    with (
        pytest.MonkeyPatch.context() as environment,
        subprocess.Popen([sys.executable, __file__, *identity], stdout=subprocess.PIPE, text=True) as process,
    ):
        for name in ("NO_PROXY", "no_proxy"):  # no proxy that the caller may have knows the way to it
            environment.setenv(name, "127.0.0.1")
        assert process.stdout is not None
        issuer = Issuer(process, process.stdout.readline().strip())
        try:
            yield issuer
        finally:
            issuer.stop()


if __name__ == "__main__":
    server = Server(*sys.argv[1:])
    sys.stdout.write(f"{server.url}\n")
    sys.stdout.flush()
    server.serve_forever()
