"""The published time-stamp tokens (RFC 3161), read by a kept library.

The ledger neither makes nor checks tokens: its times are the witnesses' (docs/adr/0016). This holds
the published cases against the library that would be used, should an installation want them.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cryptography import x509
from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

from tests.ledger.vectors import vectors

PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)
# What was stamped, and whether the token proves it under the chain beside it.
TOKENS = {
    "identrust/issue-104": (b"hello", True),
    "sigstage/response-sha256": (b"hello", True),
    "sigstage/response-sha384": (b"hello", True),
    "sigstage/response-sha512": (b"hello", True),
    "sigstage/response-no-embedded-cert": (b"hello", True),
    "sigstage/response-invalid-signature": (b"hello", False),
    "sigstore.mock/response-expired": (None, True),  # made while its certificate was valid
    "test_tsa/response": (b"hello", True),
    "test_tsa/response-injected-certs": (b"hello", True),  # strangers' certificates don't count
    "test_tsa/other_response": (b"hello", False),  # of another authority
}


def fixtures() -> Path:
    return vectors("rfc3161") / "test" / "fixtures"


def chain(path: Path) -> list[x509.Certificate]:
    raw = path.read_bytes()
    found = [x509.load_pem_x509_certificate(match) for match in PEM.findall(raw)]
    return found or [x509.load_der_x509_certificate(raw)]


def is_authority(certificate: x509.Certificate) -> bool:
    """Whether it may sign certificates."""
    found = certificate.extensions
    return any(
        isinstance(extension.value, x509.BasicConstraints) and extension.value.ca
        for extension in found
    )


def proves(token: Path, message: bytes) -> bool:
    builder = VerifierBuilder()
    for certificate in chain(token.with_name("ts_chain.pem")):
        if certificate.subject == certificate.issuer:
            builder = builder.add_root_certificate(certificate)
        elif is_authority(certificate):
            builder = builder.add_intermediate_certificate(certificate)
        else:
            builder = builder.tsa_certificate(certificate)
    response = decode_timestamp_response(token.read_bytes())
    try:
        return builder.build().verify_message(response, message)
    except VerificationError:
        return False


def test_each_published_token_is_in_the_table() -> None:
    found = {str(path.relative_to(fixtures()))[:-4] for path in fixtures().rglob("*.tsr")}
    assert found == TOKENS.keys()


@pytest.mark.parametrize("name", TOKENS)
def test_a_token_proves_what_was_stamped_and_nothing_else(name: str) -> None:
    token = fixtures() / f"{name}.tsr"
    stamped, holds = TOKENS[name]
    message = stamped if stamped is not None else token.with_name("payload").read_bytes()
    assert proves(token, message) is holds
    assert not proves(token, message + b"!")
