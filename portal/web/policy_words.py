"""Whose signatures count, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ledger.format.policy import Policy
from portal.web.witness_names import witness_name


def quorum_words(policy: Policy) -> str:
    """Who has to vouch for a state before it counts as witnessed."""
    if not policy.needs_witnesses:
        return _("No witnesses are set up here: nothing counts as witnessed.")
    return _("Counts as witnessed once cosigned by: %(who)s.") % {
        "who": _who(policy, policy.quorum)
    }


def _who(policy: Policy, name: str) -> str:
    group = policy.groups.get(name)
    if group is None:
        return witness_name(name)
    members = [_who(policy, member) for member in group.members]
    if group.least == len(members):
        return _(" and ").join(members)
    listed = pgettext("list", ", ").join(members)
    return _("at least %(least)s of (%(listed)s)") % {"least": group.least, "listed": listed}
