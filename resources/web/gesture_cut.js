// @ts-check
/**
 * Cut: a drawn line or closed line splits the units that it crosses. Owns the gesture and its preview; what is cut is
 * Python's to say.
 */
import { SentStroke } from "./drawn_stroke.js";
import { paintLine, paintUnits } from "./drawn_view.js";
import { PointsGesture, places } from "./gesture_points.js";
import { number, t } from "./text.js";
import { theme } from "./theme.js";

const MOST_NAMES = 4;

export class CutGesture extends PointsGesture {
  /** @param {import("./tools.js").Tools} tools */
  constructor(tools) {
    super(tools);
    this.name = "cut";
    /** @type {any} what Python said last of the line under way */
    this._answer = null;
    /** @type {number[]} */ this._outline = [];
  }

  changed() {
    const { app } = this;
    if (this.line().length >= 4) this.ask("cut", this.isClosing && this.line().length >= 6, null);
    app.stage.ask("overlay");
    this._show();
  }

  /** @param {any} answer */
  answered(answer) {
    const { app } = this;
    const crossed = new Set(answer.crossed);
    this._answer = answer;
    this._outline = app.ground.boundary(answer.crossed, (/** @type {number} */ u) => crossed.has(u));
    app.stage.ask("overlay");
    this._show();
  }

  _show() {
    const { app, tools, _answer: answer } = this;
    if (!answer || !this.points.length) return;
    app.card.tell(this._lines(answer), t(this.isClosing ? "cut_foot_closing" : "cut_foot"), tools.at.x, tools.at.y, this.extent());
  }

  /**
   * @param {any} answer
   * @returns {{text: string, isWarning?: boolean}[]}
   */
  _lines(answer) {
    const { app } = this;
    const n = answer.crossed.length;
    const locked = answer.crossed.filter((/** @type {number} */ u) => app.plan.isLocked(u));
    const lines = [{ text: n ? t("cut_n", { n: number(n, true), parts: number(answer.n_parts, true) }) : t("cut_none") }];
    if (n) lines.push({ text: this._names(answer.crossed) });
    const warnings = [...answer.notes];
    if (locked.length) warnings.push(t("locked_refuses", { n: number(locked.length, true), names: this._names(locked) }));
    return [...lines, ...warnings.map((text) => ({ text, isWarning: true }))];
  }

  /** @param {number[]} units */
  _names(units) {
    const names = units.slice(0, MOST_NAMES).map((u) => this.app.ground.name(u)).join(", ");
    return units.length > MOST_NAMES ? `${names} …` : names;
  }

  /** @param {boolean} isClosed */
  done(isClosed) {
    const { app } = this;
    const points = places(this.points);
    app.edits.commit(new SentStroke(app, { kind: "cut", territory: null, [isClosed ? "polygon" : "line"]: points }));
  }

  dropped() {
    this._answer = null;
    this._outline = [];
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {import("./ground.js").Lines} lines
   */
  paint(ctx, frame, lines) {
    if (!this.points.length) return;
    paintUnits(ctx, frame, lines, this.app.ground, this._outline, theme.gripHeld, 0.22);
    paintLine(ctx, frame, this.line(), this._pieces, { isArea: false, isClosing: this.isClosing });
  }
}
