// @ts-check
/**
 * Brush, lasso and rectangle: units go to the target while the pointer is down.
 * Owns the gestures; what a stroke does to the plan is in stroke.js.
 */
import { Gesture } from "./gesture.js";
import { t } from "./text.js";

const LASSO_STEP_PX = 3;

/** What gestures share that give units to the target: a stroke from press to release. */
export class PaintGesture extends Gesture {
  /** @param {import("./tools.js").Tools} tools */
  constructor(tools) {
    super(tools);
    this.isDrawing = this.isPainting = true;
    /** @type {[number, number]} last place of the pointer in map steps */
    this._last = [0, 0];
  }

  get isBusy() {
    return this.tools.stroke !== null;
  }

  /** @param {PointerEvent} _e */
  press(_e) {
    const stroke = this.tools.beginStroke();
    if (!stroke) return false;
    this._last = this.tools.steps();
    this._start(this._last);
    this.drag();
    return true;
  }

  /** @param {PointerEvent} _e */
  dragged(_e) {
    const { app, tools } = this;
    if (tools.stroke) app.card.show(tools.stroke, tools.at.x, tools.at.y);
  }

  /** @param {PointerEvent} _e */
  release(_e) {
    const { app, tools } = this;
    if (!tools.stroke) return;
    this.drag();
    const stroke = tools.stroke;
    this._finish();
    app.edits.commit(stroke);
    tools.hover();
  }

  cancel() {
    const { app, tools } = this;
    if (!tools.stroke) return false;
    tools.stroke.cancel();
    app.hint.show(t("stroke_cancelled"));
    this._finish();
    app.labelsSoon();
    return true;
  }

  /** @param {[number, number]} _place */
  _start(_place) {}

  _finish() {
    this.app.overlay.sketch.shape = [];
    this.tools.endStroke();
  }
}

export class BrushGesture extends PaintGesture {
  /** @param {import("./tools.js").Tools} tools */
  constructor(tools) {
    super(tools);
    this.name = "brush";
    this.circle = document.createElement("div");
    this.circle.className = "tm-brush";
    this.circle.hidden = true;
    tools.box.appendChild(this.circle);
  }

  begin() {
    this._showCircle();
  }

  end() {
    this.circle.hidden = true;
    this.tools.sketch({ candidates: [] });
  }

  drag() {
    const { app, tools } = this;
    const [x, y] = tools.steps();
    if (tools.stroke) tools.stroke.add(app.levels.grow(this._under(...this._last, x, y)));
    this._last = /** @type {[number, number]} */ ([x, y]);
    this._showCircle();
  }

  /** @param {number} _u */
  hover(_u) {
    const { app, tools } = this;
    const [x, y] = tools.steps();
    tools.sketch({ hovered: -1, candidates: app.levels.grow(this._under(x, y, x, y)) });
    this._showCircle();
  }

  /**
   * The units that a piece of the stroke meets; moved by keys the brush is as small as the unit cursor.
   * @param {number} ax
   * @param {number} ay
   * @param {number} bx
   * @param {number} by
   * @returns {number[]}
   */
  _under(ax, ay, bx, by) {
    const { ground, cursor, stage, tools } = this.app;
    const reach = cursor.isOn ? 0 : tools.radius / stage.frame.scale;
    const found = ground.unitsUnderBrush(ax, ay, bx, by, reach, this.app.lines());
    const u = cursor.unitAt(tools.at.x, tools.at.y);
    if (u >= 0 && !found.includes(u)) found.push(u);
    return found;
  }

  leave() {
    if (!this.tools.stroke) this.circle.hidden = true;
  }

  _showCircle() {
    const { at, radius } = this.tools;
    const { cursor } = this.app; // not there yet while the tools are made
    this.circle.hidden = !(at.isInside && radius > 0) || Boolean(cursor && cursor.isOn);
    this.circle.style.width = this.circle.style.height = `${radius * 2}px`;
    this.circle.style.transform = `translate(${at.x - radius}px, ${at.y - radius}px)`;
  }
}

export class LassoGesture extends PaintGesture {
  /** @param {import("./tools.js").Tools} tools */
  constructor(tools) {
    super(tools);
    this.name = "lasso";
  }

  /** @param {[number, number]} place */
  _start(place) {
    this.app.overlay.sketch.shape = [...place];
  }

  drag() {
    const { app, tools } = this;
    const [x, y] = tools.steps();
    const shape = app.overlay.sketch.shape;
    this._grow(shape, x, y);
    if (tools.stroke && shape.length >= 6) tools.stroke.set(app.levels.growMostly(app.ground.unitsInShape(shape)));
    app.stage.ask("overlay");
  }

  /**
   * @param {number[]} shape
   * @param {number} x
   * @param {number} y
   */
  _grow(shape, x, y) {
    const [px, py] = this._last;
    if (Math.hypot(x - px, y - py) < LASSO_STEP_PX / this.app.stage.frame.scale && shape.length > 2) return;
    shape.push(x, y);
    this._last = /** @type {[number, number]} */ ([x, y]);
  }
}

export class RectangleGesture extends LassoGesture {
  /** @param {import("./tools.js").Tools} tools */
  constructor(tools) {
    super(tools);
    this.name = "rectangle";
  }

  /**
   * @param {number[]} shape
   * @param {number} x
   * @param {number} y
   */
  _grow(shape, x, y) {
    shape.length = 2;
    shape.push(x, shape[1], x, y, shape[0], y);
  }
}
