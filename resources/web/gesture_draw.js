// @ts-check
/**
 * Draw a boundary: the units in it become a territory, or go to the target. Owns the gesture and its preview; which
 * units a boundary means is Python's to say, so that the preview is what will be done.
 */
import { DrawnStroke, SentStroke } from "./drawn_stroke.js";
import { paintLine, paintUnits } from "./drawn_view.js";
import { PointsGesture, places } from "./gesture_points.js";
import { t } from "./text.js";
import { theme } from "./theme.js";

export class DrawGesture extends PointsGesture {
  /** @param {import("./tools.js").Tools} tools */
  constructor(tools) {
    super(tools);
    this.name = "draw";
    /** @type {DrawnStroke | null} */
    this.stroke = null;
    /** @type {number[]} arcs around what would be taken */ this._outline = [];
    /** @type {number[]} and around what would be cut */ this._crossed = [];
  }

  get fewest() {
    return 3;
  }

  whyNot() {
    const { app } = this;
    const problem = super.whyNot();
    if (problem || app.drawing.isNew) return problem;
    return app.choice.targetIx() === -1 ? t("draw_no_target") : app.choice.whyNoStroke();
  }

  started() {
    this._begin();
  }

  /** territory_ix of what gets the units; as many as there are = a new one. */
  _target() {
    const { app } = this;
    return app.drawing.isNew ? app.plan.territories.length : /** @type {number} */ (app.choice.targetIx());
  }

  /** @returns {number | null} territory id, null = a new one */
  _territory() {
    const { app } = this;
    return app.drawing.isNew ? null : app.plan.territories[this._target()].id;
  }

  _begin() {
    const { app } = this;
    this.stroke = new DrawnStroke(app, this._target(), this._name());
    this.stroke.rule = app.drawing.rule;
    this._outline = this._crossed = [];
  }

  /** The name a new territory gets: the planner's, else the first of "Territory 1, 2 ..." that is free. */
  _name() {
    const { app } = this;
    if (app.drawing.name) return app.drawing.name;
    const taken = new Set(app.plan.territories.map((/** @type {any} */ x) => x.name.toLowerCase()));
    let n = app.plan.territories.length + 1;
    while (taken.has(t("new_territory", { n }).toLowerCase())) n++;
    return t("new_territory", { n });
  }

  changed() {
    const { app } = this;
    // The plan may have changed meanwhile, or the target by a click with Alt.
    if (this.stroke && (this.stroke.rev !== app.plan.rev || this.stroke.target !== this._target())) {
      if (this.whyNot()) return void this.meant();
      this._begin();
    }
    if (this.line().length >= 6) this.ask(app.drawing.rule, true, this._territory());
    app.stage.ask("overlay");
    this._show();
  }

  /** The rule or what it becomes was changed while the boundary waits for its next point. */
  meant() {
    if (!this.points.length) return;
    const problem = this.whyNot();
    if (problem) {
      this.cancel();
      this.app.hint.show(problem, "warning");
      return;
    }
    this._begin();
    this.changed();
  }

  /** @param {any} answer */
  answered(answer) {
    const { app } = this;
    const { stroke } = this;
    if (!stroke || stroke.rev !== app.plan.rev) return;
    if (answer.rows) stroke.foretell(answer);
    else stroke.follow(answer.taken);
    const taken = new Set(answer.taken), crossed = new Set(answer.crossed);
    this._outline = app.ground.boundary(answer.taken, (/** @type {number} */ u) => taken.has(u));
    this._crossed = app.ground.boundary(answer.crossed, (/** @type {number} */ u) => crossed.has(u));
    app.stage.ask("overlay");
    this._show();
  }

  _show() {
    const { app, tools, stroke } = this;
    if (stroke && this.line().length >= 4) app.card.show(stroke, tools.at.x, tools.at.y, this.extent());
  }

  /** @param {boolean} _isClosed */
  done(_isClosed) {
    const { app } = this;
    const { isNew, rule } = app.drawing;
    app.edits.commit(new SentStroke(app, {
      kind: "draw", rule, polygon: places(this.points),
      territory: this._territory(), new_name: isNew ? this._name() : null,
    }, this.stroke ? this.stroke.outcome : []));
  }

  dropped() {
    this.stroke = null;
    this._outline = this._crossed = [];
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {import("./ground.js").Lines} lines
   */
  paint(ctx, frame, lines) {
    const { app, stroke } = this;
    if (!stroke) return;
    const color = stroke.isNew ? theme.grip : stroke.swatchOf(stroke.target);
    paintUnits(ctx, frame, lines, app.ground, this._crossed, theme.gripHeld, 0.25);
    paintUnits(ctx, frame, lines, app.ground, this._outline, color, stroke.isNew ? 0.3 : 0.55);
    paintLine(ctx, frame, this.line(), this._pieces, { isArea: true, isClosing: this.isClosing });
  }
}
