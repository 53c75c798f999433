"""The authority's signature in place of its stamp: over the whole document, inside it."""

from __future__ import annotations

import base64
from xml.etree.ElementTree import Element, SubElement, canonicalize, tostring

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from portal.core.wire import SigningKey

ALGORITHM, LAYOUT = "Ed25519", "C14N2-DOCUMENT"


def signed(root: Element, *, key: SigningKey, at: str) -> bytes:
    """The document with the signature as its last element, as a file in UTF-8.

    What is signed is the canonical form (C14N 2.0) of the whole, the value itself left empty.
    """
    part = SubElement(root, "TaxBureauSignature")
    said = {
        "SignatureAlgorithm": ALGORITHM,
        "SignatureFormat": LAYOUT,
        "SignatureTime": at,
        "KeyInfo": key.kid,
    }
    for name, text in said.items():
        SubElement(part, name).text = text
    value = SubElement(part, "SignatureValue")
    private = key.key.private_key
    if not isinstance(private, Ed25519PrivateKey):
        raise TypeError("The authority signs with an Ed25519 key.")
    whole = canonicalize(tostring(root, encoding="unicode")).encode()
    value.text = base64.b64encode(private.sign(whole)).decode()
    file: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return file
