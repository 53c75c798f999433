from portal.sandbox.taxauthority.models.einvoices import (
    EInvoice,
    EInvoiceStatus,
    PublishedStatuses,
)
from portal.sandbox.taxauthority.models.filings import TaxFiling
from portal.sandbox.taxauthority.models.firms import Firm, Packet
from portal.sandbox.taxauthority.models.people import (
    EndedMandate,
    Mandate,
    Person,
    SignInFailure,
)
from portal.sandbox.taxauthority.models.serving import (
    DataSession,
    IssuedAssertion,
    Revocation,
    SealedPage,
    ServedFetch,
    UsedRequest,
)
from portal.sandbox.taxauthority.records.kinds import Direction, Role

__all__ = [
    "DataSession",
    "Direction",
    "EInvoice",
    "EInvoiceStatus",
    "EndedMandate",
    "Firm",
    "IssuedAssertion",
    "Mandate",
    "Packet",
    "Person",
    "PublishedStatuses",
    "Revocation",
    "Role",
    "SealedPage",
    "ServedFetch",
    "SignInFailure",
    "TaxFiling",
    "UsedRequest",
]
