// @ts-check
/**
 * The label under the pointer when whole areas are painted: the area, how much of it whom belongs to, its sums.
 * Owns these lines; not where the label stands (card.js).
 */
import { make } from "./markup.js";
import { number, t } from "./text.js";

const MAX_HOLDERS = 3;

/**
 * @param {any} app
 * @param {number} u a unit of the area
 */
export function areaTip(app, u) {
  const { plan, ground, levels } = app;
  const area = levels.areaOf(u);
  const title = make("div", "tm-tip-title");
  title.append(
    make("span", "tm-tip-name", levels.nameOf(u) || ground.name(u)),
    make("span", "tm-tip-code", t("n_units", { n: number(area.length, true) })),
  );
  return [title, ...holders(app, area), sums(plan, area)];
}

/**
 * Who has the area's units, most first.
 * @param {any} app
 * @param {ArrayLike<number>} area
 */
function holders(app, area) {
  const { plan } = app;
  /** @type {Map<number, number>} */
  const n = new Map();
  for (let i = 0; i < area.length; i++) n.set(plan.shown[area[i]], (n.get(plan.shown[area[i]]) || 0) + 1);
  const sorted = [...n].sort((a, b) => b[1] - a[1]);
  const rows = sorted.slice(0, MAX_HOLDERS).map(([ix, count]) => {
    const row = make("div", "tm-tip-owner");
    const swatch = make("span", ix < 0 ? "tm-swatch tm-swatch-none" : "tm-swatch");
    if (ix >= 0) swatch.style.background = app.shading.swatch(ix);
    row.append(swatch, make("span", "", ix < 0 ? t("unassigned") : plan.territories[ix].name));
    if (sorted.length > 1) row.append(make("span", "tm-tip-rep", number(count, true)));
    return row;
  });
  const rest = sorted.length - MAX_HOLDERS;
  return rest > 0 ? [...rows, make("div", "tm-tip-parent", t("and_more", { n: number(rest, true) }))] : rows;
}

/**
 * Sums of the shown measures, drives from today's homes included.
 * @param {import("./plan.js").Plan} plan
 * @param {ArrayLike<number>} area
 */
function sums(plan, area) {
  const { measure, nMeasures, workloadRow } = plan.values;
  const table = make("div", "tm-tip-table");
  for (let m = 0; m < nMeasures; m++) {
    const info = plan.measures[m];
    if (!info.shown || info.name === "units") continue;
    let value = 0;
    for (let i = 0; i < area.length; i++) {
      const u = area[i];
      value += measure[m * plan.nUnits + u];
      if (m === workloadRow && plan.shown[u] >= 0) value += plan.stemHours(u, plan.shown[u]);
    }
    table.append(make("span", "tm-tip-measure", info.label), make("span", "tm-tip-value", number(value, info.is_count)));
  }
  return table;
}
