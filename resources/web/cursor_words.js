// @ts-check
/**
 * What the unit cursor says to who does not see the map. Owns the wording; the sentences are mapview/strings.py's.
 */
import { number, percent, t } from "./text.js";

/**
 * A unit: its name and larger area, who has it, its numbers, locks.
 * @param {any} app
 * @param {number} u
 */
export function describeUnit(app, u) {
  const { plan, ground, levels, choice } = app;
  const { code, parent } = ground.meta;
  const ix = plan.shown[u];
  const area = levels.nameOf(u), name = area || ground.name(u);
  const isInMore = !area && parent[u] && parent[u] !== name;
  const parts = [isInMore ? `${name} (${code[u]}), ${parent[u]}` : `${name} (${code[u]})`];
  parts.push(ix < 0 ? t("unassigned") : `${plan.nameOf(ix)}, ${plan.territories[ix].rep || t("vacant")}`);
  const { measure, nMeasures, workloadRow } = plan.values;
  for (let m = 0; m < nMeasures; m++) {
    const info = plan.measures[m];
    if (!info.shown || info.name === "units") continue;
    const value = measure[m * plan.nUnits + u] + (m === workloadRow && ix >= 0 ? plan.stemHours(u, ix) : 0);
    parts.push(`${info.label} ${number(value, info.is_count)}`);
  }
  if (plan.isLocked(u)) parts.push(t(plan.lockedKey(plan.unitLocked[u] ? "unit_locked" : "territory_locked", [ix]), { names: plan.nameOf(ix) }));
  if (choice.units.has(u)) parts.push(t("selected_sign"));
  return parts.join(". ");
}

/**
 * The target's total and index of the measure under the names; "" where there is none.
 * @param {any} app
 */
export function totalOf(app) {
  const { plan, choice } = app;
  const ix = plan ? choice.targetIx() : undefined;
  const m = plan ? app.labelMeasure() : -1;
  if (ix === undefined || ix < 0 || m < 0) return "";
  const totals = app.totals(), { label, is_count: isCount } = plan.measures[m];
  return t("cursor_total", {
    name: plan.nameOf(ix), measure: label, value: number(totals.total[ix][m], isCount),
    index: percent(plan.index(totals, plan.assigned(totals), ix, m)),
  });
}
