"""Two signed states compared; a ledger that does not begin with its past opens an incident."""

from __future__ import annotations

from ledger.format.merkle import ProofRefused
from ledger.proofs import Consistency, consistency_between
from portal.oversight.models import Cause
from portal.oversight.open_incident import open_incident
from portal.oversight.receipts import THIS_PAGE


def consistency_or_incident(old_size: int, new_size: int) -> tuple[Consistency | None, bool]:
    """The proof between two signed states, None where one of the sizes was never signed.

    False beside it: the later state does not begin with the earlier one, as far as the stored
    hashes say, and an incident is open.
    """
    try:
        return consistency_between(old_size, new_size), True
    except ProofRefused:
        last = old_size - 1  # of the earlier state: the place of a failed proof is an entry
        open_incident(THIS_PAGE, cause=Cause.PROOF, place=last, detail="root_changed")
        return None, False
