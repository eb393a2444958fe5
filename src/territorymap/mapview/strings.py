"""Every sentence that the page shows, in the user's language. Owns the sentences; the page looks them up by key."""

from __future__ import annotations

from territorymap.i18n import tr
from territorymap.model.plan import Plan


def page_strings() -> dict[str, str]:
    """Return key -> sentence; values in braces are put in by the page (resources/web/text.js)."""
    return {
        "map_name": tr(
            "Map of the territories. Arrow keys go from unit to unit, Space gives a unit to the target, Enter selects, "
            "Ctrl and arrow keys move the map, plus and minus zoom."
        ),
        "map_role": tr("map"),
        "zoom_in": tr("Zoom in"),
        "zoom_out": tr("Zoom out"),
        "unassigned": tr("Unassigned"),
        "vacant": tr("vacant"),
        "legend": tr("Legend"),
        "color_by": tr("Colour by"),
        "color_by_help": tr("Colour by {what}. Opens the list of what the map can be coloured by."),
        "units_head": tr("units"),
        "territories_head": tr("territories"),
        "pale_unassigned": tr("Paler: unassigned."),
        "legend_count": tr("Territories: {territories}. Units: {units}."),
        "locked_sign": tr("Locked: not painted"),
        "selected_sign": tr("Selected"),
        "accounts_head": tr("Accounts"),
        "accounts_plain": tr("One colour"),
        "accounts_territory": tr("Territory"),
        "accounts_menu_help": tr("Colour and size of accounts, and which of them are shown"),
        "accounts_area": tr("Area of a circle: number of accounts"),
        "accounts_area_of": tr("Area of a circle: {measure}"),
        "accounts_hollow": tr("Zero or below"),
        "accounts_by": tr("Accounts by {title}"),
        "accounts_by_level": tr("How accounts were placed, the surest first"),
        "accounts_by_territory": tr("Accounts in a darker shade of their territory"),
        "accounts_unassigned": tr("Accounts without a territory"),
        "accounts_filtered": tr("Only those that the table shows: {n} of {all}"),
        "accounts_of_territory": tr("Only those of the selected territory: {n} of {all}"),
        "accounts_n_other": tr("{label} ({n} kinds)"),
        "n_accounts": tr("{n} accounts"),
        "one_account": tr("Account"),
        "accounts_here": tr("At one place"),
        "accounts_near": tr("Close together; double-click to tell them apart"),
        "accounts_more": tr("and {n} more"),
        "accounts_in": tr("Accounts inside: {n}"),
        "accounts_hidden": tr("Accounts are hidden. Show them in the Map menu first."),
        "accounts_missing": tr("There is no account with a place in this plan."),
        "accounts_none_in": tr("No account inside."),
        "by_name": tr("by name: {reason}"),
        "override_sign": tr("Account given by name (override)"),
        "home_sign": tr("Home of the rep"),
        "index_of": tr("Index of {measure}"),
        "below_target": tr("▼ below"),
        "on_target": tr("within tolerance"),
        "above_target": tr("▲ above"),
        "n_units": tr("{n} units"),
        "and_more": tr("and {n} more territories"),
        "nothing_taken": tr("Nothing to take here."),
        "locked_left": tr("Locked, left alone ({n}): {names}"),
        "only_locked": tr("Locked: {names}. Unlock in the Map or Territory menu first."),
        "fill_hole": tr("Click: fill this hole, {n} units."),
        "fill_piece": tr("Click: fill this piece of {name}, {n} units. With Ctrl: all of {name}."),
        "fill_whole": tr("Click: all of {name}, {n} units."),
        "fill_own": tr("This belongs to {name} already."),
        "fill_not_enclosed": tr(
            "This part of {name} is no stray piece and not enclosed by {target}. Ctrl+click gives all of {name}."
        ),
        "would_split": tr("{name} would be in {n} pieces."),
        "split": tr("{name} is now in {n} pieces. Ctrl+Z takes that back."),
        "split_more": tr("{name} is now in {n} pieces; territories split besides: {others}. Ctrl+Z takes that back."),
        "split_again": tr("{name} is in {n} pieces again."),
        "release_or_esc": tr("Release to keep, Esc to cancel"),
        "stroke_cancelled": tr("The stroke was cancelled. Everything is as before."),
        "unit_locked": tr("This unit is locked."),
        "territory_locked": tr("This territory is locked."),
        "brush_size": tr("Brush radius: {n} pixels"),
        "brush_single": tr("Brush: the unit under the pointer"),
        "home_of": tr("Home of {name}"),
        "home_accounts": tr("{n} accounts"),
        "home_mean": tr("Mean distance"),
        "home_max": tr("Farthest"),
        "home_stem": tr("Driving from home, a year"),
        "home_sample": tr("Lines to {lines} of {n} accounts, one in each cell of a grid."),
        "home_drag": tr("Drag the house to move it."),
        "home_click": tr("Click where {name} lives. Alt: snap to nothing. Esc: leave the home where it is."),
        "home_at_place": tr("At {name}"),
        "home_at_account": tr("At an account"),
        "home_at_unit": tr("At the point of {name}"),
        "home_free": tr("Free"),
        "home_foot": tr("Release to keep, Alt: snap to nothing, Esc to cancel"),
        "home_kept": tr("The home stays where it was."),
        "cursor_no_unit": tr("There is no unit that way."),
        "cursor_no_border": tr(
            "No other territory to push from. Come to this unit from the territory that is to get it."
        ),
        "cursor_would_split": tr("{name} would be in {n} pieces, so the unit stays. Shift+Space gives it anyhow."),
        "cursor_held": tr("Held. Arrow keys move on, Enter lets go, Esc gives up."),
        "cursor_total": tr("{name}: {measure} {value}, index {index}."),
        "eyedropper_armed": tr("Click a territory on the map to paint into it."),
        "target_is": tr("Painting into {name}"),
        "target_erase": tr("Erasing: what you paint becomes unassigned. Press E to stop."),
        "erase_off": tr("Erasing is off."),
        "no_target": tr("Choose the territory to paint into first: select it, or Alt+click it on the map."),
        "no_territory": tr("There is no territory yet. Create one in the Territory menu, then paint."),
        "target_locked": tr("{name} is locked. Unlock it in the Territory menu, or choose another territory."),
        "read_only": tr("This plan is open for reading only."),
        "moved_n": tr("Units moved to {name}: {n}"),
        "unassigned_n": tr("Units unassigned: {n}"),
        "compactness": tr("Compactness"),
        "pieces_n": tr("Pieces: {n}"),
        "border_pull": tr("Press and pull to move this border."),
        "border_how": tr("Press on a border between two territories and pull it to either side."),
        "border_locked": tr("Locked: {names}. Unlock in the Territory menu to move this border."),
        "border_foot": tr(
            "Release to keep, Esc to cancel. Wheel: longer or shorter stretch. Alt: territories may fall apart."
        ),
        "border_stretch": tr("Stretch of border that follows: {n} pixels"),
        "border_whole": tr("The whole border between the two territories follows."),
        "border_loose": tr("Alt: pieces are not kept together."),
        "falls_apart": tr("{name} falls into {n} pieces."),
        "held_back": tr("Held back, or {name} would fall apart ({n}): {units}"),
        "not_joined": tr("Left alone, not joined to {name} ({n}): {units}"),
        "north": tr("N"),
        "north_up": tr("North is up."),
        "inset_help": tr("{name}, far off. Click to go there; the brush paints here too."),
        "far_alaska": tr("Alaska"),
        "far_hawaii": tr("Hawaii"),
        "far_puerto_rico": tr("Puerto Rico"),
        "far_guam": tr("Guam"),
        "far_american_samoa": tr("American Samoa"),
        "far_guadeloupe": tr("Guadeloupe"),
        "far_martinique": tr("Martinique"),
        "far_guyane": tr("French Guiana"),
        "far_reunion": tr("Réunion"),
        "far_mayotte": tr("Mayotte"),
        "far_canarias": tr("Canary Islands"),
        "far_madeira": tr("Madeira"),
        "far_acores": tr("Azores"),
        "locked_refuses": tr("Locked, so this will be refused ({n}): {names}"),
        "new_territory": tr("Territory {n}"),
        "rule_majority": tr("units mostly inside"),
        "rule_centroid": tr("units centred inside"),
        "rule_touch": tr("units it touches"),
        "rule_exact": tr("exactly what is drawn, so units are cut"),
        "draw_new": tr("New territory. It takes {rule}."),
        "draw_add": tr("Added to {name}. It takes {rule}."),
        "draw_cuts": tr("Units that will be cut: {n}"),
        "draw_foot": tr(
            "Freehand: release ends. By clicks: Enter, double click or the first point ends, Backspace takes one back. "
            "Esc gives up."
        ),
        "draw_no_target": tr("Choose the territory that gets more: select it, or Alt+click it on the map."),
        "cut_n": tr("Units to be cut: {n}, into {parts} parts"),
        "cut_none": tr("No unit is crossed yet."),
        "cut_foot": tr(
            "Release, Enter or a double click cuts. Back at the first point, what lies inside is cut out. Esc gives up."
        ),
        "cut_foot_closing": tr("Ends here: what lies inside is cut out."),
        "too_few_of_area": tr("A boundary needs at least three points."),
        "too_few_of_line": tr("A cut needs at least two points."),
        "context_attribution": tr("Natural Earth, GeoNames"),
    }


def level_labels() -> list[str]:
    """Return how accounts are placed, in the order of LOCATION_LEVELS."""
    return [tr("Coordinates"), tr("Postal code"), tr("City"), tr("No place")]


def measure_labels(plan: Plan) -> dict[str, str]:
    """Return measure name -> what stands before its numbers; imported measures keep the planner's own name."""
    builtin = {"accounts": tr("Accounts"), "units": tr("Units"), "workload_h": tr("Workload, h")}
    return {m.name: builtin.get(m.column_name, m.name) if m.source == "builtin" else m.name for m in plan.measures}
