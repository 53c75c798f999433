"""What lets a bank's own systems read, and a score that goes out to one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from ledger.kinds import EventKind
from portal.accounts.api_token_models import Scope
from portal.accounts.api_tokens import actor_of_token
from portal.accounts.create_api_token import NewToken, create_api_token
from portal.accounts.revoke_api_token import revoke_api_token
from portal.accounts.step_up import FRESH
from portal.applications.release_score import release_score
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition, NotAllowed, NotFound, RuleBroken
from tests.applications.cases import consent_of, new_product, submitted, under_review
from tests.personas import People
from tests.use_cases.scenario import Case, scenario


def made(
    actor: Actor,
    *,
    name: str = "Loan register",
    scopes: Sequence[Scope] = tuple(Scope),
    days: int = 30,
) -> NewToken:
    return create_api_token(actor, name=name, scopes=scopes, days=days)


@scenario(create_api_token, EventKind.API_TOKEN_CREATED)
def a_token(people: People) -> Case:
    an_hour_ago = timezone.now() - FRESH - timedelta(minutes=1)
    stale = replace(people.boss, second_factor_at=an_hour_ago)
    return Case(
        run=lambda: made(people.boss),
        about=lambda new: new.token.ref,
        refused=[
            (NotAllowed, lambda: made(people.bo)),
            (NotAllowed, lambda: made(people.sara)),
            (NotAllowed, lambda: made(stale)),
            (RuleBroken, lambda: made(people.boss, name=" ")),
            (RuleBroken, lambda: made(people.boss, scopes=())),
            (RuleBroken, lambda: made(people.boss, days=367)),
            (RuleBroken, lambda: made(people.boss, days=0)),
        ],
    )


@scenario(revoke_api_token, EventKind.API_TOKEN_REVOKED)
def a_live_token(people: People) -> Case:
    token = made(people.boss).token
    stranger = replace(people.boss, organisation_id=people.ben.organisation_id)
    return Case(
        run=lambda: revoke_api_token(people.boss, token_id=token.id),
        about=token.ref,
        refused=[
            (NotAllowed, lambda: revoke_api_token(people.bo, token_id=token.id)),
            (NotFound, lambda: revoke_api_token(stranger, token_id=token.id)),
        ],
        afterwards=[
            (InvalidTransition, lambda: revoke_api_token(people.boss, token_id=token.id)),
        ],
    )


@scenario(release_score, EventKind.DATA_VIEWED)
def a_score_to_a_system(people: People) -> Case:
    case = under_review(people.sara, new_product(people.bo.organisation_id))
    system = actor_of_token(made(people.boss).secret)
    narrow = actor_of_token(made(people.boss, scopes=[Scope.APPLICATIONS]).secret)
    assert system is not None
    assert narrow is not None
    stranger = replace(system, organisation_id=people.ben.organisation_id)
    early = submitted(people.sara, new_product(people.bo.organisation_id))
    return Case(
        run=lambda: release_score(system, application_id=case.id),
        about=f"consent:{consent_of(case)}",
        refused=[
            (NotAllowed, lambda: release_score(narrow, application_id=case.id)),
            (NotAllowed, lambda: release_score(people.bo, application_id=case.id)),
            (NotFound, lambda: release_score(stranger, application_id=case.id)),
            (NotFound, lambda: release_score(system, application_id=early.id)),
        ],
    )
