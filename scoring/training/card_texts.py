"""The parts of the model card that are judgement rather than figures."""

INTRODUCTION = """\
# Model card: TaxBridge scorecard

Written by `manage.py train_scorecard`; a test holds it equal to the model file.

A points card for small and medium-sized firms, from the monthly totals of their VAT invoices over
24 months. It puts firms in an order of risk and names the figures that count most. It is one
input to a decision that has a person behind it, and not a decision."""

METHOD = """\
## How it is fitted

Each feature's values are cut at tenths of the sample, at figures of two digits. Neighbouring bins
are pooled until the default rate moves only in the direction the trade expects and each bin holds
a tenth of the firms; rates are drawn towards the overall one as if eight more firms were in each
bin. A bin's weight of evidence is the logarithm of its odds against the overall odds. A logistic
regression on the weights, its slopes held in by their squares, gives the points; a feature whose
slope turns negative is left out. %(double)d points double the odds of paying."""

FEATURE_NOTE = """\
All are whole numbers from the same code in training and in use; shares are parts per million,
amounts fen without VAT. An exact repeat of a row counts once; void and zero rows carry no amount;
a row whose parts don't add up counts with its net amount. A feature is left off the card when the
labelled firms contradict the direction that the trade expects, or when it moves the result by
almost nothing. Identifiers, the order of firms and the bank's own rating are never read."""

NOT_SHOWN = """\
## What is not shown

- **That this card is better than sales alone.** The difference is within the noise on all firms
  and among the small ones, and its sign is not in the card's favour. With so few defaults nobody
  can show more. What the card adds is reasons other than size, bounded points, and figures that a
  firm can check.
- **That it tells good from bad among larger firms.** Almost none of them defaulted. The AUC there
  is an accident, whichever way it points.
- **That it foresees.** The sample gives no date of default. A firm may have stopped selling
  because it had already defaulted; months without sales would then be the consequence that the
  card takes for a sign. As-of dates one and two years earlier are shown for that reason: the
  earlier the date, the weaker the card. The invoices begin in October 2016, so that the earliest
  date has fifteen months where the card has twenty-four; it has no challengers beside it.
- **That a probability is right in your portfolio.** More than a fifth of the sample defaulted,
  which no portfolio does. The intercept is set to a stated base rate, an assumption of ours and
  not a measurement: read a probability as “if that share of the portfolio defaults”. Calibration
  was measured at the sample's own rate only.
- **That a cut is where the risk changes.** Bins are coarse because the firms are few. Two firms
  on either side of a cut are alike, and their points are not.
- **That it holds for other years, regions, trades or banks.** The firms are those with a credit
  record in one published source, with invoices of 2018 and 2019; refused applicants are missing.
- **That it is fair between trades or regions.** The sample names neither. Businesses that sell in
  a few months of the year lose points for months without sales.
- **That the settings are the best.** Five settings of bin size and smoothing were looked at on
  these firms before one was kept; their AUC lay within 0.01 of each other. Who can be scored was
  changed once after a look: asking for six months with sales had left out 7 of the 20 defaults,
  firms with a long history and little activity. Both make the figures above a little flattering.
- **That forged or arranged invoices don't raise it.** They can, and the score looks for none:
  signals of such invoices, apart from the score, for officers, are measured in `docs/signals.md`.

The sample has no stated licence: it is read in place for research and no row of it is kept here.
Cuts are rounded to two digits, so none is a firm's own figure.
"""
