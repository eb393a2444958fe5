// @ts-check
/**
 * Fill: one click gives a hole, a stray piece or (with Ctrl) a whole territory to the target; the card tells beforehand.
 * Owns which units a click means; what hangs together is in neighbours.js.
 */
import { PaintGesture } from "./gesture_paint.js";
import { Preview } from "./preview.js";
import { number, t } from "./text.js";

export class FillGesture extends PaintGesture {
  /** @param {import("./tools.js").Tools} tools */
  constructor(tools) {
    super(tools);
    this.name = "fill";
    this._key = ""; // what the card was made for
    /** @type {Preview | null} */
    this._preview = null;
  }

  end() {
    this._forget();
  }

  leave() {
    this._forget();
  }

  /** @param {PointerEvent} e */
  press(e) {
    const { app, tools } = this;
    const { units, problem } = this._meant(app.unitUnder(tools.at.x, tools.at.y), e.ctrlKey || e.metaKey);
    this._forget();
    if (problem && !app.choice.whyNoStroke()) {
      app.hint.show(problem, "warning");
      return false;
    }
    const stroke = tools.beginStroke();
    if (!stroke) return false;
    stroke.add(units);
    return true;
  }

  /** @param {number} u
   * @returns {boolean} */
  hover(u) {
    const { app, tools } = this;
    const isWhole = tools.isControlDown;
    const key = `${u} ${isWhole} ${app.choice.targetIx()} ${app.plan.rev} ${app.edits.pending.length}`;
    if (key !== this._key) {
      this._key = key;
      const { units, problem, foot } = this._meant(u, isWhole);
      const target = app.choice.targetIx();
      tools.sketch({ hovered: u, candidates: units });
      this._preview = u < 0 || problem || target === undefined ? null : new Preview(app, units, target, foot);
    }
    if (this._preview) app.card.show(this._preview, tools.at.x, tools.at.y);
    else app.card.hide();
    return this._preview !== null; // the card stands in place of the tooltip
  }

  _forget() {
    this._key = "";
    this._preview = null;
    if (!this.tools.stroke) this.app.card.hide();
    this.tools.sketch({ candidates: [] });
  }

  /**
   * Returns the units that a click on a unit means, what it is in words, or why it means none.
   * @param {number} u
   * @param {boolean} isWhole the whole territory
   * @returns {{units: number[], foot: string, problem: string}}
   */
  _meant(u, isWhole) {
    const { plan, choice, neighbours } = this.app;
    const target = choice.targetIx();
    const none = { units: [], foot: "", problem: "" };
    if (u < 0 || target === undefined) return none;
    const from = plan.shown[u];
    if (from === target) return { ...none, problem: t("fill_own", { name: this._name(from) }) };
    const area = neighbours.areaAround(plan.shown, u);
    const n = number(area.length, true);
    if (from < 0) return { units: area, foot: t("fill_hole", { n }), problem: "" };
    if (isWhole) {
      /** @type {number[]} */
      const all = [];
      for (let v = 0; v < plan.nUnits; v++) if (plan.shown[v] === from) all.push(v);
      return { units: all, foot: t("fill_whole", { n: number(all.length, true), name: plan.nameOf(from) }), problem: "" };
    }
    const holders = neighbours.around(plan.shown, area);
    const isEnclosed = holders.size === 1 && holders.has(target);
    if (!isEnclosed && neighbours.pieces(plan.shown, from)[0].includes(u)) {
      return { ...none, problem: t("fill_not_enclosed", { name: plan.nameOf(from), target: this._name(target) }) };
    }
    return { units: area, foot: t("fill_piece", { n, name: plan.nameOf(from) }), problem: "" };
  }

  /** @param {number} ix */
  _name(ix) {
    return ix < 0 ? t("unassigned") : this.app.plan.nameOf(ix);
  }
}
