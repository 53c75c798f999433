"""Reading on in the tax authority's list of ended mandates, and doing what it says."""

from __future__ import annotations

from uuid import uuid4

from joserfc.jwk import KeySet

from portal.consents.mandate_ends import end_mandate, last_serial
from portal.core.actor import SystemActor
from portal.taxdata.connector import Connector
from portal.taxdata.mandate_list import checked_list


def follow_mandates(actor: SystemActor, *, connector: Connector, authority_keys: KeySet) -> int:
    """Take every line that is new, each in a transaction of its own; how many there were.

    Where to read on is the number of the last line that was committed: killed anywhere, it goes on
    behind that one. Raises Unreachable or AuthorityRefused; refuses (WireRefused) a list that must
    not be believed, of which nothing counts then, and (GateRefused, not_the_next) where another
    reader was faster.
    """
    done = 0
    while True:
        request_id, after = str(uuid4()), last_serial()
        token = connector.ended_mandates(request_id=request_id, after=after)
        found = checked_list(token, keys=authority_keys, request_id=request_id, after=after)
        for line in found.lines:
            end_mandate(actor, line, statement=token)
            done += 1
        if not found.has_more:
            return done
