"""What the letter says of a decision: reasons, what would change it, and the ways out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import override_settings
from django.utils import translation

from portal.applications.decision_record import digest_of, record_bytes
from portal.applications.letter.content import Letter
from portal.products.reason_codes import Outcome
from portal.web.letter_texts import letter_of, verify_address
from scoring.queries import ChangeView, RecourseView, ScoreView
from tests.letters.samples import AT, OFFER, RECOURSE, SCORE, decided


def section(letter: Letter, title: str) -> str:
    found = next(one for one in letter.sections if one.title == title)
    return "\n".join((*found.points, *found.notes, *found.details))


def what_would_change(score: ScoreView | None) -> str:
    return section(letter_of(decided(score=score), "en"), "What would change it")


def with_recourse(recourse: RecourseView) -> ScoreView:
    return replace(SCORE, recourse=recourse)


def test_a_refusal_names_reasons_remedies_and_figures() -> None:
    letter = letter_of(decided(), "en")
    assert letter.rows[:2] == (("Reference", "LA-7K3M-2QXW"), ("Decision", "Declined"))
    assert section(letter, "Main reasons").splitlines() == [
        "Your score is below what the bank asks for this product.",
        "Most of your sales go to very few buyers.",
    ]
    would = section(letter, "What would change it")
    assert "band C (a score of 640" in would
    assert "Sell to at least 8 different buyers; now 4." in would
    assert "less than 35% of sales; now 41.2%" in would


def test_it_speaks_the_language_that_was_asked_for() -> None:
    with translation.override("en"):
        letter = letter_of(decided(), "zh-hans")
    assert letter.bank == "灯笼演示银行"
    assert dict(letter.rows)["申请金额"] == "150万元"
    assert letter.dated == "决定时间：2026年2月3日 09:14（UTC+8）"
    assert "您的评分低于该产品的要求。" in section(letter, "主要原因")


@pytest.mark.parametrize(
    ("score", "said"),
    [
        (None, "There are no figures of a score"),
        (with_recourse(RecourseView()), "There are no figures of a score"),
        (with_recourse(RecourseView("best_band")), "in the best band already"),
        (with_recourse(RecourseView("out_of_reach", 20, 5)), "next band is 20 points away"),
    ],
)
def test_without_a_change_to_name_it_says_so(score: ScoreView | None, said: str) -> None:
    assert said in what_would_change(score)


def test_an_erased_figure_is_not_shown() -> None:
    gone = replace(RECOURSE, changes=(ChangeView("buyers", None, 8, "count", 9),))
    would = what_would_change(with_recourse(gone))
    assert "the limit was 8; the figure was erased" in would
    assert "now 4" not in would


def test_an_approval_says_what_happens_next() -> None:
    approved = decided("score_sufficient", outcome=Outcome.APPROVE, offer=OFFER)
    letter = letter_of(approved, "en")
    titles = [one.title for one in letter.sections]
    assert titles == [
        "The bank’s offer",
        "What happens next",
        "Main reasons",
        "If you do not agree",
    ]
    offer = section(letter, "The bank’s offer")
    assert "¥1,000,000 over 12 months, at 4.10% a year." in offer
    assert "Fees: ¥5,000. With them it costs 5.05% a year, 5.17% compound." in offer
    assert "¥85,189.34 a month, ¥1,022,272.08 in all." in offer
    assert "On condition: The owner stands surety." in offer
    what_next = section(letter, "What happens next")
    assert "until 17 February 2026, 09:14 (UTC+8)" in what_next
    assert "For 7 days after accepting" in what_next
    assert "要约" in letter_of(approved, "zh-hans").sections[0].title


@pytest.mark.parametrize("score", [SCORE, None])
def test_the_ways_out_are_always_there(score: ScoreView | None) -> None:
    ways = section(letter_of(decided(score=score), "en"), "If you do not agree")
    assert "Have a person look again" in ways
    assert "complain to the financial regulator" in ways
    assert ("within 20 days" in ways) == (score is not None)


@override_settings(PORTAL_URL="https://portal.example")
def test_it_leads_to_its_own_record() -> None:
    case = decided()
    letter = letter_of(case, "en")
    assert letter.record.digest.replace(" ", "") == case.digest
    assert letter.record.address == f"https://portal.example/letters/LA-7K3M-2QXW/{case.digest}/"
    assert letter.record.address == verify_address(case)
    assert letter.qr.startswith("<?xml")


def test_the_digest_is_of_everything_that_was_frozen() -> None:
    decision = decided().decision
    assert b'"decided_at":"2026-02-03T01:14:00.000000+00:00"' in record_bytes(decision)
    assert decision.decided_at == AT
    before = digest_of(decision)
    decision.inputs["application"]["amount_fen"] += 1
    assert digest_of(decision) != before
