"""A worker process of its own, to be killed: ``python -m tests.taxdata.fetch_once CONSENT URL``."""

from __future__ import annotations

import sys
from uuid import UUID

import django

django.setup()

from django.conf import settings  # noqa: E402 -- models need the set-up above
from django.db import connections  # noqa: E402

from portal.core.wire import load_signing_key  # noqa: E402
from portal.taxdata.connector import HttpConnector  # noqa: E402
from portal.taxdata.fetching import fetch_tax_data  # noqa: E402
from tests.taxdata.fetched import pinned  # noqa: E402
from tests.taxdata.intake import Steps, as_intake, run_of  # noqa: E402

consent, url = UUID(sys.argv[1]), sys.argv[2]
with as_intake():
    fetch_tax_data(
        run_of(consent, Steps()),
        connector=HttpConnector(
            url,
            key=load_signing_key(settings.CLIENT_KEY),
            audience=settings.AUTHORITY_ISSUER,
            timeout=30,
        ),
        keys=pinned(),
    )
connections.close_all()
