"""Runs of the use cases of portal.products that two people of a bank share."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from ledger.kinds import EventKind
from portal.core.errors import InvalidTransition, NotAllowed, NotFound, RuleBroken
from portal.products.approve_product_version import approve_product_version
from portal.products.propose_product_version import propose_product_version
from portal.products.reject_product_version import reject_product_version
from tests.applications.cases import new_product
from tests.personas import People
from tests.products.versions import content_for, proposed
from tests.use_cases.scenario import Case, scenario


@scenario(propose_product_version, EventKind.PRODUCT_VERSION_PROPOSED)
def a_proposal(people: People) -> Case:
    product = new_product(people.bo.organisation_id)
    content, dear = content_for(product), content_for(product, annual_rate_bp=3601)
    given: dict[str, Any] = {"product_id": product.id, "content": content}
    return Case(
        run=lambda: propose_product_version(people.bo, product_id=product.id, content=content),
        about=product.ref,
        refused=[
            (NotAllowed, lambda: propose_product_version(people.sara, **given)),
            (NotFound, lambda: propose_product_version(people.ben, **given)),
            (
                RuleBroken,
                lambda: propose_product_version(people.bo, product_id=product.id, content=dear),
            ),
        ],
        afterwards=[(RuleBroken, lambda: propose_product_version(people.boss, **given))],
    )


@scenario(approve_product_version, EventKind.PRODUCT_VERSION_APPROVED)
def an_approval(people: People) -> Case:
    version = proposed(people.bo, new_product(people.bo.organisation_id))
    return Case(
        run=lambda: approve_product_version(people.boss, version_id=version.id),
        about=version.product.ref,
        refused=[
            (NotAllowed, lambda: approve_product_version(people.bo, version_id=version.id)),
            (NotFound, lambda: approve_product_version(people.boss, version_id=uuid4())),
        ],
        afterwards=[
            (InvalidTransition, lambda: approve_product_version(people.boss, version_id=version.id))
        ],
    )


@scenario(reject_product_version, EventKind.PRODUCT_VERSION_REJECTED)
def a_rejection(people: People) -> Case:
    version = proposed(people.bo, new_product(people.bo.organisation_id))
    return Case(
        run=lambda: reject_product_version(people.boss, version_id=version.id),
        about=version.product.ref,
        refused=[
            (NotAllowed, lambda: reject_product_version(people.bo, version_id=version.id)),
            (NotFound, lambda: reject_product_version(people.boss, version_id=uuid4())),
        ],
        afterwards=[
            (InvalidTransition, lambda: reject_product_version(people.boss, version_id=version.id))
        ],
    )
