"""One request to several banks."""

from __future__ import annotations

from uuid import uuid4

from portal.applications.start_funding import start_funding
from portal.core.errors import NotAllowed, NotFound, RuleBroken
from tests.personas import People
from tests.use_cases.scenario import Case, scenario
from tests.use_cases.scenarios_applications import product_of


@scenario(start_funding)
def drafts_for_two_products(people: People) -> Case:
    ids = [product_of(people).id, product_of(people).id]
    return Case(
        run=lambda: start_funding(people.sara, product_ids=ids),
        refused=[
            (NotAllowed, lambda: start_funding(people.sam, product_ids=ids)),
            (NotFound, lambda: start_funding(people.sara, product_ids=[*ids, uuid4()])),
            (RuleBroken, lambda: start_funding(people.sara, product_ids=[])),
        ],
    )
