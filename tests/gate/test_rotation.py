"""The vault's key changes: old imports are wrapped anew, only while the owner has opened it."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID, uuid4

import pytest
from joserfc.jwk import OKPKey
from pytest_django import Settings

from portal.consents.door import ConsentRefused, reading
from portal.consents.gate_errors import GateRefused
from portal.consents.vault_keys import kid_of, load_vault_keys
from portal.core.sealing import NotOpened
from portal.taxdata.rotating import rewrap_data_keys
from tests.gate.conftest import Open
from tests.gate.parties import Connection, Parties, granted, refusal, sealed, value

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
OPEN = "SELECT vault.open_rotation(%s)"


def read(parties: Parties, consent: UUID) -> int:
    with reading(
        consent_id=consent, bank_id=parties.bank_id, purpose="underwriting", job_id=uuid4()
    ) as window:
        return len(list(window.chunks()))


@pytest.fixture
def new_key(tmp_path: Path, settings: Settings, admin: Connection) -> str:
    """The worker has a new key, and the installation's as its old one; returns the new kid.

    Keys that other tests made up, wrapped to nobody's key, go first.
    """
    query = "DELETE FROM vault.firm_key WHERE vault_kid <> %s"
    admin.execute(query, [kid_of(settings.VAULT_KEY)])
    path = tmp_path / "unwrap.pem"
    path.write_bytes(OKPKey.generate_key("X25519").as_pem(private=True))
    settings.VAULT_OLD_KEY, settings.VAULT_KEY = settings.VAULT_KEY, path
    return kid_of(path)


def test_nothing_goes_out_unless_the_owner_has_opened_it(
    opened: Open, parties: Parties, new_key: str
) -> None:
    sealed(parties, granted(parties))
    with pytest.raises(GateRefused) as refused:
        rewrap_data_keys(load_vault_keys(), kid=new_key, using="vault")
    assert refused.value.code == "no_rotation"
    for login in ("web", "signer", "vault", "intake", "scorer", "watchdog"):
        assert "permission denied" in refusal(opened(login), OPEN, [new_key])
    for login in ("web", "signer", "intake", "scorer", "watchdog", "owner"):
        asked = "SELECT * FROM vault.keys_to_rewrap(%s)"
        assert "permission denied" in refusal(opened(login), asked, [new_key])


def test_after_the_rotation_the_new_key_alone_reads_everything(
    opened: Open, parties: Parties, new_key: str, tmp_path: Path, settings: Settings
) -> None:
    first, second = granted(parties), granted(parties)
    sealed(parties, first)
    opened("owner").execute(OPEN, [new_key])
    with pytest.raises(NotOpened):
        rewrap_data_keys({new_key: load_vault_keys()[new_key]}, kid=new_key, using="vault")
    assert read(parties, first) == 12, "both keys are held while it lasts"
    assert rewrap_data_keys(load_vault_keys(), kid=new_key, using="vault") >= 1
    assert rewrap_data_keys(load_vault_keys(), kid=new_key, using="vault") == 0
    old = settings.VAULT_OLD_KEY
    settings.VAULT_OLD_KEY = tmp_path / "gone.pem"
    assert read(parties, second) == 12
    settings.VAULT_KEY = old
    with pytest.raises(ConsentRefused) as refused:
        read(parties, granted(parties))
    assert refused.value.code == "sealed_for_another"
    # The other tests of this database go on with the installation's own key.
    settings.VAULT_OLD_KEY = tmp_path / "unwrap.pem"
    back = kid_of(old)
    opened("owner").execute(OPEN, [back])
    assert rewrap_data_keys(load_vault_keys(), kid=back, using="vault") >= 1


def test_a_key_wrapped_meanwhile_is_not_overwritten(
    opened: Open, parties: Parties, new_key: str
) -> None:
    import_id = sealed(parties, granted(parties))
    opened("owner").execute(OPEN, [new_key])
    rewrap = "SELECT vault.rewrap(%s, %s, %s, %s)"
    vault = opened("vault")
    assert value(vault, rewrap, [import_id, "another", new_key, b"x"]) is False
    assert "no_rotation" in refusal(vault, rewrap, [import_id, "any", "not-opened", b"x"])
