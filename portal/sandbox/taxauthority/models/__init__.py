from portal.sandbox.taxauthority.models.firms import Direction, Firm, Packet
from portal.sandbox.taxauthority.models.people import (
    Mandate,
    Person,
    Role,
    SignInFailure,
)
from portal.sandbox.taxauthority.models.serving import (
    DataSession,
    IssuedAssertion,
    Revocation,
    SealedPage,
    UsedRequest,
)

__all__ = [
    "DataSession",
    "Direction",
    "Firm",
    "IssuedAssertion",
    "Mandate",
    "Packet",
    "Person",
    "Revocation",
    "Role",
    "SealedPage",
    "SignInFailure",
    "UsedRequest",
]
