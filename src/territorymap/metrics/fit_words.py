"""What does not fit, as sentences. Owns the words; the rules are metrics.fit's."""

from __future__ import annotations

from collections.abc import Sequence

from territorymap.i18n import listed, ntr, number, tr
from territorymap.metrics.fit import HOME, LANGUAGE, FitWarning
from territorymap.model.languages import language_name


def fit_sentence(warning: FitWarning) -> str:
    """Return one warning as a sentence."""
    n = len(warning.account_ix)
    if warning.kind == HOME:
        return tr(
            "{name} lives {home} km from the accounts on average; from their middle it is {centre} km.",
            name=warning.what,
            home=number(warning.home_km),
            centre=number(warning.centre_km),
        )
    if warning.kind == LANGUAGE:
        return ntr(
            "{n} account asks for {language}, which nobody in the team speaks.",
            "{n} accounts ask for {language}, which nobody in the team speaks.",
            n,
            language=language_name(warning.what),
        )
    return ntr(
        "{n} account is of the vertical {vertical}, which nobody in the team covers.",
        "{n} accounts are of the vertical {vertical}, which nobody in the team covers.",
        n,
        vertical=warning.what,
    )


def short_words(warnings: Sequence[FitWarning]) -> str:
    """Return what does not fit in a few words: "German, Banking, home of Ann"; "" where all fits."""
    return listed(
        tr("home of {name}", name=w.what) if w.kind == HOME else language_name(w.what) if w.kind == LANGUAGE else w.what
        for w in warnings
    )
