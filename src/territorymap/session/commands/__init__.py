"""What a person can do to a plan; each returns a Command for ``Session.do``.

A command checks locks and names first and writes rows through the Writer; it never writes its own inverse.
"""

from territorymap.session.commands.accounts import (
    clear_overrides,
    edit_account_constants,
    pointless_overrides,
    set_override,
)
from territorymap.session.commands.alignments import (
    delete_alignment,
    edit_alignment,
    new_alignment,
    order_alignments,
    set_scope,
)
from territorymap.session.commands.assignment import import_assignment
from territorymap.session.commands.cutting import cut_units, join_parts
from territorymap.session.commands.drawing import draw_territory
from territorymap.session.commands.holes import fill_holes
from territorymap.session.commands.imports import import_accounts, import_alignment, import_reps
from territorymap.session.commands.limits import mark_for_change, protect_accounts, set_caps, set_satisfaction
from territorymap.session.commands.reps import add_rep, delete_reps, edit_rep, place_home
from territorymap.session.commands.scenarios import (
    delete_scenario,
    edit_scenario,
    new_scenario,
    set_baseline,
    take_over,
    take_over_territory,
)
from territorymap.session.commands.scenes import add_scene, delete_scenes, edit_scene, reorder_scenes
from territorymap.session.commands.settings import edit_plan, edit_settings, set_tolerance, show_measure
from territorymap.session.commands.territories import (
    create_territories,
    create_territory,
    delete_territories,
    merge_territories,
    recolor_territory,
    rename_territory,
    set_territory_locked,
    set_territory_rep,
)
from territorymap.session.commands.units import assign_units, set_units_locked

__all__ = [
    "add_rep",
    "add_scene",
    "assign_units",
    "clear_overrides",
    "create_territories",
    "create_territory",
    "cut_units",
    "delete_alignment",
    "delete_reps",
    "delete_scenario",
    "delete_scenes",
    "delete_territories",
    "draw_territory",
    "edit_account_constants",
    "edit_alignment",
    "edit_plan",
    "edit_rep",
    "edit_scenario",
    "edit_scene",
    "edit_settings",
    "fill_holes",
    "import_accounts",
    "import_alignment",
    "import_assignment",
    "import_reps",
    "join_parts",
    "mark_for_change",
    "merge_territories",
    "new_alignment",
    "new_scenario",
    "order_alignments",
    "place_home",
    "pointless_overrides",
    "protect_accounts",
    "recolor_territory",
    "rename_territory",
    "reorder_scenes",
    "set_baseline",
    "set_caps",
    "set_override",
    "set_satisfaction",
    "set_scope",
    "set_territory_locked",
    "set_territory_rep",
    "set_tolerance",
    "set_units_locked",
    "show_measure",
    "take_over",
    "take_over_territory",
]
