"""Components as they come out of the templates."""

import re
from typing import Any

import pytest
from django import forms
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

from portal.web import charts
from portal.web.bands import shipped_bands
from portal.web.templatetags.tb import poll_delay_ms


class Wanted(forms.Form):
    email = forms.EmailField(label="E-mail", help_text="For receipts.")
    note = forms.CharField(label="Note", required=False)
    term = forms.ChoiceField(choices=[("6", "6 months")], widget=forms.RadioSelect)


def rendered(source: str, query: str = "", **context: Any) -> str:
    request = RequestFactory().get("/page/" + query)
    request.actor = None  # type: ignore[attr-defined]
    with translation.override("en"):
        return engines["django"].from_string(source).render(context, request)


def test_field_ties_hint_and_error_to_the_input() -> None:
    html = rendered("{% field form.email %}", form=Wanted({"email": "no address"}))
    assert 'aria-describedby="id_email_hint id_email_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_email_hint">For receipts.' in html
    assert 'type="email"' in html


def test_only_fields_that_may_stay_empty_say_so() -> None:
    assert "(optional)" in rendered("{% field form.note %}", form=Wanted())
    assert "(optional)" not in rendered("{% field form.email %}", form=Wanted())


def test_radios_are_one_named_group() -> None:
    html = rendered("{% field form.term legend_is_heading=True %}", form=Wanted())
    assert re.search(r"<fieldset.*<legend>\s*<h1>Term</h1>", html, re.DOTALL)
    assert 'for="id_term_0"' in html


def test_error_summary_links_to_each_field() -> None:
    form = Wanted({})
    html = rendered("{% error_summary form %}", form=form)
    assert '<a href="#id_email">Please fill in: E-mail</a>' in html
    assert 'href="#id_term_0"' in html
    assert rendered("{% error_summary form %}", form=Wanted()).strip() == ""


def test_values_are_escaped() -> None:
    html = rendered('{% status_tag "done" word %}{% gauge 700 word %}', word="<b>")
    assert "<b>" not in html


def test_gauge_puts_the_ends_of_the_scale_at_the_ends_of_the_arc() -> None:
    left, right = charts.gauge(300, "E"), charts.gauge(850, "A")
    assert 'x1="23.0" y1="139.0"' in left
    assert 'x1="277.0" y1="139.0"' in right


def test_reason_bars_grow_with_points_and_point_their_way() -> None:
    raised = charts.reason_bar(40, 40, "raises")
    lowered = charts.reason_bar(20, 40, "lowers")
    assert 'x="80.0" y="2" width="74.0"' in raised
    assert 'x="43.0" y="2" width="37.0"' in lowered


def test_plot_is_drawn_twice_and_can_be_read_as_a_table() -> None:
    html = rendered(
        '{% band_plot points "Sales" "yuan" %}', points=[("May", 20.0, 50.0), ("June", 0.0, 5.0)]
    )
    assert html.count("<svg") == 2
    assert re.search(r'<th scope="row">May</th>\s*<td class="number">20</td>', html)


@pytest.mark.parametrize(
    ("polls", "delay_ms"), [(0, 300), (1, 500), (2, 800), (3, 1200), (4, 2000), (99, 10000)]
)
def test_polling_slows_down(polls: int, delay_ms: int) -> None:
    assert poll_delay_ms(polls) == delay_ms


STEPS = [{"label": "Read", "state": "done"}, {"label": "Scored", "state": "now"}]


@pytest.mark.parametrize(("query", "times"), [("?n=3&at=0", 1), ("?n=3&at=1", 0)])
def test_progress_speaks_only_when_a_step_changed(query: str, times: int) -> None:
    html = rendered('{% job_progress steps "/poll/" False %}', query, steps=STEPS)
    assert html.count('hx-swap-oob="innerHTML"') == times
    assert "/poll/?n=4&amp;at=1" in html


def test_progress_stops_asking_when_finished() -> None:
    assert "hx-get" not in rendered('{% job_progress steps "/poll/" True %}', steps=STEPS)


def test_bands_of_the_scores_page_join_without_gap() -> None:
    bands = shipped_bands()
    assert [band.first for band in bands[:-1]] == [band.last + 1 for band in bands[1:]]
    html = rendered("{% include 'public/scores.html' %}", bands=bands)
    assert all(f"{band.first} to {band.last}</td>" in html for band in bands)
