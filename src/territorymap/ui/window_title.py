"""What the window is called: the plan, and which scenario, alignment or part of it is open. Owns this sentence."""

from __future__ import annotations

from territorymap.i18n import tr
from territorymap.session.session import Session


def window_title(session: Session | None) -> str:
    """Return the title of the window; scenario and alignment stand in it where the plan has more than one."""
    if session is None:
        return tr("Territory Map")
    plan = session.plan
    title = plan.info.title or session.document.path.stem
    if len(plan.alignments) > 1:
        title = tr("{plan} / {alignment}", plan=title, alignment=plan.alignment.name)
    if len(plan.scenarios) > 1:
        title = tr("{plan} / {scenario}", plan=title, scenario=plan.scenario.name)
    if session.is_read_only:
        return tr("{plan} (read-only) - Territory Map", plan=title)
    if plan.info.extract_territories:
        title = tr("{plan} (a part)", plan=title)
    return tr("{plan} - Territory Map", plan=title)
