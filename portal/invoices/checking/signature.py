"""The tax authority's signature over the whole document."""

from __future__ import annotations

import base64
import binascii
from copy import deepcopy
from typing import Final
from xml.etree.ElementTree import Element, canonicalize, tostring

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from joserfc.jwk import KeySet

from portal.invoices.reading.invoice import Signature

ALGORITHM: Final = "Ed25519"
LAYOUT: Final = "C14N2-DOCUMENT"
_VALUE: Final = "TaxBureauSignature/SignatureValue"


def signature_problem(root: Element, stated: Signature, keys: KeySet) -> str | None:
    """Why the document isn't the authority's word, or None.

    ``root`` is the very tree that the invoice was read from. Codes: signature_algorithm,
    unknown_key, bad_signature.
    """
    if (stated.algorithm, stated.layout) != (ALGORITHM, LAYOUT):
        return "signature_algorithm"
    key = next((key.public_key for key in keys if key.kid == stated.kid), None)
    if not isinstance(key, Ed25519PublicKey):
        return "unknown_key"
    try:
        key.verify(_decoded(stated.value), signed_bytes(root))
    except (InvalidSignature, binascii.Error):
        return "bad_signature"
    return None


def signed_bytes(root: Element) -> bytes:
    """The canonical form (C14N 2.0) of the whole document, the signature's value left empty.

    Everything else is in it, the place of the signature and the name of its key too: nothing can
    be added, moved or wrapped around.
    """
    whole = deepcopy(root)
    for value in whole.findall(_VALUE):
        value.text = None
    return canonicalize(tostring(whole, encoding="unicode")).encode()


def _decoded(text: str) -> bytes:
    """Base64 in its one spelling, so that no two texts are one value; else binascii.Error."""
    decoded = base64.b64decode(text, validate=True)
    if base64.b64encode(decoded).decode() != text:
        raise binascii.Error("not the canonical spelling")
    return decoded
