"""The signer's own key: published, checked at the start, changed while it runs."""

from __future__ import annotations

import base64
import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from joserfc.jwk import KeySet, OKPKey

from portal.accounts.models import User
from portal.core.wire import Typ, load_public_keys, public_key_set, verify
from portal.embedded import launch, ports
from tests.personas import after_password, new_person
from tests.signer.conftest import signer_command, signer_environment, wait_for_signer
from tests.signer.visiting import Signer, set_up_phone

pytestmark = [
    pytest.mark.django_db(transaction=True, databases="__all__"),
    pytest.mark.usefixtures("keys"),
]
FIRST, SECOND = OKPKey.generate_key("Ed25519"), OKPKey.generate_key("Ed25519")


class KeyFiles:
    """A private key file and a file of public keys, as an operator changes them."""

    def __init__(self, folder: Path) -> None:
        self.private, self.public = folder / "signing.pem", folder / "signer.json"

    def use(self, key: OKPKey) -> None:
        self.private.write_bytes(key.as_pem(private=True))

    def publish(self, *keys: OKPKey) -> None:
        entries = [entry for key in keys for entry in json.loads(public_key_set(key))["keys"]]
        self.public.write_text(json.dumps({"keys": entries}))


@pytest.fixture
def files(tmp_path: Path) -> KeyFiles:
    return KeyFiles(tmp_path)


@pytest.fixture
def own_signer(files: KeyFiles, tmp_path: Path, django_db_setup: None) -> Iterator[Signer]:
    """A signer of this test's own, with the first of two keys."""
    files.use(FIRST)
    files.publish(FIRST)
    port, log = ports.free_port(), tmp_path / "log"
    process = launch.start(
        "module", signer_command(port), environment=environment(port, files), log=log
    )
    try:
        wait_for_signer(port, process, log)
        yield Signer(port)
    finally:
        launch.stop(process, by=signal.SIGTERM, within=20)


def environment(port: int, files: KeyFiles) -> dict[str, str]:
    return {
        **signer_environment(port, files.private.parent),
        "TAXBRIDGE_SIGNER_KEY": str(files.private),
        "TAXBRIDGE_SIGNER_PUBLIC_KEYS": str(files.public),
    }


def signed_in_by(signer: Signer) -> str:
    """The kid of the key that signed a sign-in just now, its signature checked."""
    email = User.objects.get(id=new_person("nadia").person_id).email
    _, pending = after_password(email)
    browser = signer.browser()
    set_up_phone(browser, f"/steps/{pending['step']}/")
    (token,) = parse_qs(urlsplit(browser.location).query)["assertion"]
    pinned = [json.loads(public_key_set(key))["keys"][0] for key in (FIRST, SECOND)]
    keys = KeySet([OKPKey.import_key(entry) for entry in pinned])
    verify(token, typ=Typ.SECOND_FACTOR, keys=keys)
    header = token.split(".")[0]
    return str(json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))["kid"])


def published(signer: Signer) -> list[str]:
    page = signer.browser().open("/.well-known/jwks.json")
    keys = json.loads(page.html)["keys"]
    assert all(set(key) == {"kty", "crv", "x", "kid"} for key in keys), "public halves only"
    return [key["kid"] for key in keys]


def test_outsiders_find_the_pinned_keys(signer: Signer) -> None:
    browser = signer.browser()
    assert published(signer) == [key.kid for key in load_public_keys(settings.SIGNER_PUBLIC_KEYS)]
    browser.open("/.well-known/jwks.json")
    assert browser.headers["content-type"] == "application/jwk-set+json"
    assert browser.headers["access-control-allow-origin"] == "*"


def test_a_new_key_is_used_from_the_next_signature_on_and_the_old_stays_published(
    own_signer: Signer, files: KeyFiles
) -> None:
    assert signed_in_by(own_signer) == FIRST.thumbprint()
    files.publish(FIRST, SECOND)
    files.use(SECOND)
    assert signed_in_by(own_signer) == SECOND.thumbprint()
    assert published(own_signer) == [FIRST.thumbprint(), SECOND.thumbprint()]
    files.publish(SECOND)
    assert published(own_signer) == [SECOND.thumbprint()]


def test_a_key_that_nobody_pins_keeps_the_signer_from_starting(
    files: KeyFiles, tmp_path: Path
) -> None:
    files.use(SECOND)
    files.publish(FIRST)
    port, log = ports.free_port(), tmp_path / "log"
    process = launch.start(
        "module", signer_command(port), environment=environment(port, files), log=log
    )
    deadline = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.1)
    launch.stop(process, by=signal.SIGTERM, within=20)
    assert process.returncode not in {0, None}
    assert f"The key {SECOND.thumbprint()} of TAXBRIDGE_SIGNER_KEY" in log.read_text()
