// @ts-check
/**
 * What is said of a unit while two scenarios are compared: who had it, who has it, and the totals of both territories
 * in both scenarios. Owns this part of the label and of the legend; not the numbers.
 */
import { indexText, make, stateOf } from "./markup.js";
import { number, pair, t } from "./text.js";

/**
 * @param {any} app with plan, compare and measures
 * @param {number} u
 * @returns {HTMLElement[]}
 */
export function comparedOwners(app, u) {
  const { compare } = app;
  const [was, is] = compare.idsOf(u);
  const old = sideOf(compare.other, compare.other.plan.shown[u]);
  const now = sideOf(compare.app, compare.app.plan.shown[u]);
  const isKept = was === is && old.rep === now.rep;
  const rows = [ownerRow(compare.names.before, old), ownerRow(compare.names.now, now)];
  const note = make("div", "tm-tip-change", t(isKept ? "compare_kept" : was === is ? "compare_rep_changed" : "compare_moved"));
  note.dataset.kind = isKept ? "kept" : "moved";
  const tables = [...new Set([was, is])].filter((id) => id >= 0).map((id) => totalsTable(compare, id, was !== is));
  return [...rows, note, ...tables];
}

/**
 * @param {any} side the app or the other
 * @param {number} ix
 */
function sideOf(side, ix) {
  const territory = ix < 0 ? null : side.plan.territories[ix];
  return {
    name: territory ? territory.name : t("unassigned"),
    rep: territory ? territory.rep || t("vacant") : "",
    color: territory ? side.shading.swatch(ix) : "",
  };
}

/**
 * @param {string} scenario
 * @param {{name: string, rep: string, color: string}} side
 */
function ownerRow(scenario, side) {
  const row = make("div", "tm-tip-compared");
  const swatch = make("span", side.color ? "tm-swatch" : "tm-swatch tm-swatch-none");
  if (side.color) swatch.style.background = side.color;
  const label = make("span", "tm-tip-scenario", scenario);
  label.dir = "auto";
  row.append(label, swatch, make("span", "tm-tip-compared-name", side.name), make("span", "tm-tip-rep", side.rep));
  return row;
}

/**
 * Totals of a territory in both scenarios; a dash where it is in one only.
 * @param {any} compare
 * @param {number} id
 * @param {boolean} isNamed
 */
function totalsTable(compare, id, isNamed) {
  const sides = [compare.other, compare.app].map((side) => {
    const totals = side.totals();
    return { plan: side.plan, totals, assigned: side.plan.assigned(totals), ix: side.plan.ixById.get(id) ?? -1 };
  });
  const table = make("div", "tm-tip-table tm-tip-both");
  if (isNamed) {
    const { plan, ix } = sides[1].ix >= 0 ? sides[1] : sides[0];
    table.append(make("span", "tm-tip-both-head", plan.nameOf(ix)));
  }
  compare.app.plan.measures.forEach((/** @type {import("./plan.js").Measure} */ info, /** @type {number} */ m) => {
    if (!info.shown) return;
    const [was, is] = sides.map(({ totals, ix }) => (ix < 0 ? NaN : totals.total[ix][m]));
    const [before, now] = Number.isFinite(was) && Number.isFinite(is)
      ? pair(was, is, info.is_count) : [number(was, info.is_count), number(is, info.is_count)];
    const value = make("span", "tm-tip-value");
    if (before !== now) value.append(make("span", "tm-card-before", before), make("span", "tm-card-arrow", "→"));
    value.append(make("span", "tm-card-now", now));
    const { plan, totals, assigned, ix } = sides[1];
    const index = ix < 0 ? null : plan.index(totals, assigned, ix, m);
    const chip = make("span", `tm-chip tm-${stateOf(index, info.tolerance)}`, indexText(index, info.tolerance));
    table.append(make("span", "tm-tip-measure", info.label), value, chip);
  });
  return table;
}

/**
 * The legend's lines while two scenarios are compared.
 * @param {any} app
 * @returns {HTMLElement}
 */
export function comparedLegend(app) {
  const { compare } = app;
  const box = make("div", "tm-legend-compare");
  const keys = { swipe: ["compare_left", "compare_right"], side: ["compare_left", "compare_right"], outline: ["compare_outline", "compare_fill"] };
  const names = [compare.names.before, compare.names.now];
  /** @type {any} */ (keys)[compare.way].forEach((/** @type {string} */ key, /** @type {number} */ i) => {
    const name = make("span", "tm-legend-scenario", names[i]);
    name.dir = "auto";
    box.append(make("span", "tm-legend-where", t(key)), name);
  });
  box.append(make("span", "tm-legend-where", t("compare_moving")), make("span", "tm-legend-scenario", number(compare.nMoved, true)));
  return box;
}
