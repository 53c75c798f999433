"""The components' tags, builtins of every template; see ``templates/components/README.md``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BoundField, Form
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.core.months import Month
from portal.web import charts, formats, icons, plots
from portal.web.fields import error_texts, field_parts

register = template.Library()
register.filter("yuan_text", formats.yuan_text)
register.filter("month_text", formats.month_text)
register.filter("date_text", formats.date_text)
register.filter("time_text", formats.time_text)
register.simple_tag(formats.yuan_text, name="yuan")
register.simple_tag(icons.icon, name="icon")
register.simple_tag(charts.gauge, name="gauge")

POLL_DELAYS_MS = (300, 500, 800, 1200)


@register.simple_tag
def html_lang() -> str:
    """The page's language as the ``lang`` attribute wants it."""
    return "zh-Hans" if formats.is_chinese() else (get_language() or "en")


@register.simple_tag
def month(value: Month | date | str) -> SafeString:
    machine = value.strftime("%Y-%m") if isinstance(value, date) else str(value)[:7]
    return format_html('<time datetime="{}">{}</time>', machine, formats.month_text(value))


@register.simple_tag
def local_date(value: date | datetime) -> SafeString:
    machine = formats.local_day(value).isoformat()
    return format_html('<time datetime="{}">{}</time>', machine, formats.date_text(value))


@register.simple_tag
def local_time(value: datetime, *, seconds: bool = False) -> SafeString:
    machine = formats.local_moment(value).isoformat()
    text = formats.time_text(value, seconds=seconds)
    return format_html('<time datetime="{}">{}</time>', machine, text)


@register.simple_tag(name="hash")
def grouped_hash(value: bytes | memoryview | str) -> SafeString:
    return format_html('<span class="hash">{}</span>', formats.grouped_hash(value))


@register.simple_tag
def status_tag(group: str, text: str) -> SafeString:
    """An icon, a word and a colour; an unknown group raises KeyError."""
    mark = icons.icon(icons.OF_GROUP[group])
    return format_html('<span class="tag {}">{}{}</span>', group, mark, text)


@register.simple_block_tag
def banner(content: str, group: str = "info") -> SafeString:
    mark = icons.icon(icons.OF_GROUP[group])
    return format_html('<div class="banner {}">{}<div>{}</div></div>', group, mark, content)


@register.simple_block_tag
def row(content: str, label: str, change_url: str = "") -> SafeString:
    """One line of ``<dl class="summary">``, with a Change link when there is somewhere to go."""
    change = SafeString()
    if change_url:
        change = format_html(
            '<dd><a href="{}">{}<span class="unseen"> {}</span></a></dd>',
            change_url,
            _("Change"),
            label,
        )
    return format_html("<div><dt>{}</dt><dd>{}</dd>{}</div>", label, content, change)


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, **options: Any) -> dict[str, Any]:
    """Label, hint, error and input; options are those of `field_parts`."""
    return field_parts(bound, **options)


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: Form) -> dict[str, Any]:
    problems = [
        (form[name].id_for_label or f"id_{name}_0", message)
        for name in form.errors
        if name in form.fields
        for message in error_texts(form[name])
    ]
    return {
        "problems": problems,
        "general": form.non_field_errors() if form.is_bound else [],
    }


@register.inclusion_tag("components/reason_bars.html")
def reason_bars(reasons: Sequence[Any]) -> dict[str, Any]:
    """Reasons as a list with bars; each has title, sentence, direction and points."""
    plain = [_reason(reason) for reason in reasons]
    largest = max((abs(reason["points"]) for reason in plain), default=0)
    bars = [charts.reason_bar(r["points"], largest, r["direction"]) for r in plain]
    return {"reasons": [{**reason, "bar": bar} for reason, bar in zip(plain, bars, strict=True)]}


def _reason(reason: Any) -> dict[str, Any]:
    names = ("title", "sentence", "direction", "points")
    if isinstance(reason, Mapping):
        return {name: reason[name] for name in names}
    return {name: getattr(reason, name) for name in names}


@register.inclusion_tag("components/band_plot.html")
def band_plot(points: Sequence[tuple[str, float, float]], label: str, unit: str) -> dict[str, Any]:
    """A plot of ranges, drawn wide and for a phone, with its table folded below."""
    plotted = [plots.PlotPoint(*point) for point in points]
    drawn = [plots.band_plot(plotted, label, wide=wide) for wide in (True, False)]
    return {"points": plotted, "label": label, "unit": unit, "drawn": drawn}


@register.inclusion_tag("components/empty_state.html")
def empty_state(title: str, sentence: str, url: str = "", link_text: str = "") -> dict[str, str]:
    return {"title": title, "sentence": sentence, "url": url, "link_text": link_text}


@register.simple_tag
def back_link(url: str, text: str = "") -> SafeString:
    mark = icons.icon("back")
    return format_html('<p class="back"><a href="{}">{}{}</a></p>', url, mark, text or _("Back"))


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*parts: str) -> dict[str, Any]:
    """Text and URL by turns, then the text of this page."""
    pairs = zip(parts[:-1:2], parts[1::2], strict=True)
    return {"trail": list(pairs), "here": parts[-1]}


@register.inclusion_tag("components/pager.html")
def pager(newer_url: str, older_url: str) -> dict[str, str]:
    return {"newer_url": newer_url, "older_url": older_url}


@register.inclusion_tag("components/job_progress.html", takes_context=True)
def job_progress(
    context: Context,
    steps: Sequence[Mapping[str, str]],
    poll_url: str,
    finished: bool,  # noqa: FBT001 -- templates write it by its place
) -> dict[str, Any]:
    """Named steps of a job, asking again by itself; see the README for the view behind it."""
    asked = context["request"].GET
    polls, spoken = (_small_number(asked.get(name, "")) for name in ("n", "at"))
    done = sum(step["state"] == "done" for step in steps)
    current = next((step for step in steps if step["state"] in ("now", "failed")), None)
    return {
        "steps": steps,
        "finished": finished,
        "is_fragment": "n" in asked,
        "speaks": "n" not in asked or done != spoken,
        "current": current or (steps[-1] if steps else None),
        "poll_url": f"{poll_url}?n={polls + 1}&at={done}",
        "page_url": context["request"].path,
        "delay_ms": poll_delay_ms(polls),
        "long_wait": polls > len(POLL_DELAYS_MS) + 14,
    }


def poll_delay_ms(polls: int) -> int:
    """0.3, 0.5, 0.8 and 1.2 s, then every 2 s, slowing to 10 s."""
    if polls < len(POLL_DELAYS_MS):
        return POLL_DELAYS_MS[polls]
    return min(2000 + 250 * max(polls - 14, 0), 10000)


def _small_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
