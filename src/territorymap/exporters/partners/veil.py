"""What sheets of partners are made of, without what is hidden. Owns what each switch takes from them."""

from __future__ import annotations

import math
from dataclasses import replace

from territorymap.metrics.partners.market import Market
from territorymap.metrics.partners.sheet import REVENUE, PartnerInputs
from territorymap.model.coverage import Action
from territorymap.model.veil import Veil


def veiled_partners(inputs: PartnerInputs, veil: Veil) -> PartnerInputs:
    """Return the inputs with hidden names masked, remarks left out, and hidden amounts not told.

    Remarks, plans and contacts hold names and numbers that cannot be told apart: they are empty. Where revenue is
    hidden, so are the partners' revenue, targets, deals and markets; where pay is, their targets.
    """
    privacy = veil.privacy
    aliases = {rep.rep_id: shown.name for rep, shown in zip(veil.plan.reps, veil.reps(), strict=True)}
    accounts = {
        int(account_id): str(name)
        for account_id, name in zip(veil.plan.accounts.account_id, veil.account_names, strict=True)
        if int(account_id) in inputs.account_names
    }
    hides_revenue = bool(privacy.revenue)
    return replace(
        inputs,
        partners=tuple(
            replace(partner, contact="", joint_plan=veil.free_text(partner.joint_plan), note="")
            for partner in inputs.partners
        ),
        names={rep_id: aliases.get(rep_id, "") for rep_id in inputs.names},
        territories={rep_id: tuple(map(veil.text, names)) for rep_id, names in inputs.territories.items()},
        credentials=tuple(replace(c, title=veil.text(c.title)) for c in inputs.credentials),
        deals=()
        if hides_revenue
        else tuple(replace(d, deal_name=veil.text(d.deal_name), note="") for d in inputs.deals),
        actions=tuple(_action(action, veil) for action in inputs.actions),
        figures=tuple(f for f in inputs.figures if not (hides_revenue and f.metric == REVENUE)),
        quotas=() if hides_revenue or privacy.hides_terms else inputs.quotas,
        changes=tuple(replace(change, reason="") for change in inputs.changes),
        markets={rep_id: _market(m) if hides_revenue else m for rep_id, m in inputs.markets.items()},
        conflicts={
            rep_id: tuple(
                replace(
                    line,
                    sentence=veil.text(line.sentence),
                    account=veil.text(line.account),
                    about=veil.text(line.about),
                    revenue=math.nan if hides_revenue else line.revenue,
                )
                for line in lines
            )
            for rep_id, lines in inputs.conflicts.items()
        },
        account_names=accounts,
    )


def _action(action: Action, veil: Veil) -> Action:
    shown = veil.free_text(action.title) if veil.privacy.columns else veil.text(action.title)
    return replace(action, title=shown, root_cause="", note="", owner=veil.text(action.owner))


def _market(market: Market) -> Market:
    return replace(market, revenue=math.nan, potential=math.nan, n_customers=0, n_accounts=0)
