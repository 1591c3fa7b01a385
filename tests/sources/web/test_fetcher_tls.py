"""The fetcher and TLS: the name is verified though the connection is by address."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from typing import TYPE_CHECKING

import pytest
from web_server import answers_with, fetching, response, says, serving

from bot.domain.papers.parsed_entry import Document
from bot.errors import BlockedAddressError, UnreachableError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A self-signed certificate for digests.example and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("the program openssl is not installed")
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=x"
    names = ["-addext", "subjectAltName=DNS:digests.example", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*command.split(), *names], check=True, capture_output=True)
    return certificate, key


async def test_certificate_is_checked_for_the_name_though_we_connect_to_the_address(
    certificate: tuple[Path, Path],
) -> None:
    """TLS verifies the URL's name: the right one passes, another name at the same address does not."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    trusting = ssl.create_default_context(cafile=certificate[0])
    allowed = ("digests.example", "other.example")
    async with serving(says(response(body=b"safe")), tls=context) as server:
        resolve = answers_with(["127.0.0.1"])
        async with fetching(*allowed, resolve=resolve, tls=trusting) as fetcher:
            got = await fetcher.get(f"https://digests.example:{server.port}/")
            assert isinstance(got, Document)
            assert got.body == b"safe"
            with pytest.raises(UnreachableError, match="certificate is not valid"):
                await fetcher.get(f"https://other.example:{server.port}/")
        async with fetching(*allowed, resolve=resolve) as fetcher:
            with pytest.raises(UnreachableError, match="certificate is not valid"):
                await fetcher.get(f"https://digests.example:{server.port}/")


async def test_redirect_from_https_to_http_is_refused(certificate: tuple[Path, Path]) -> None:
    """What began encrypted never continues in the open."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    trusting = ssl.create_default_context(cafile=certificate[0])
    async with serving(
        says(response("302 Found", location="http://digests.example/")), tls=context
    ) as server:
        resolve = answers_with(["127.0.0.1"])
        async with fetching("digests.example", resolve=resolve, tls=trusting) as fetcher:
            with pytest.raises(BlockedAddressError, match="from https to http"):
                await fetcher.get(f"https://digests.example:{server.port}/")
