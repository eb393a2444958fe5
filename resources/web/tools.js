// @ts-check
/**
 * Pan, pick, brush, lasso, rectangle, eyedropper: what the pointer does on the map.
 * Owns which gesture means what; keys are in keys.js; not what a stroke does to the plan (stroke.js).
 */
import { Keys } from "./keys.js";
import { t } from "./text.js";

export const TOOLS = ["pan", "pick", "brush", "lasso", "rectangle"];
const DRAWING = new Set(["brush", "lasso", "rectangle"]);
const LASSO_STEP_PX = 3;
const CLICK_SLACK_PX = 4;

export class Tools {
  /** @param {any} app */
  constructor(app) {
    this.app = app;
    this.tool = "pick";
    this.radius = 10;
    this.isSpaceDown = false;
    this.isPicking = false; // eyedropper armed by its key
    /** @type {import("./stroke.js").Stroke | null} */
    this.stroke = null;
    /** @type {{x: number, y: number, isFrame: boolean, pointer: number} | null} a click or a selecting rectangle */
    this.press = null;
    /** @type {[number, number] | null} */
    this.last = null; // last point of the brush in map steps
    this.at = { x: -1, y: -1, isInside: false };
    this._told = -1; // unit under the pointer as last told to Python
    const box = app.map.getContainer();
    this.box = box;
    this.circle = document.createElement("div");
    this.circle.className = "tm-brush";
    this.circle.hidden = true;
    box.appendChild(this.circle);
    box.addEventListener("pointerdown", (/** @type {PointerEvent} */ e) => this._down(e), true);
    box.addEventListener("pointermove", (/** @type {PointerEvent} */ e) => this._move(e));
    box.addEventListener("pointerup", (/** @type {PointerEvent} */ e) => this._up(e));
    box.addEventListener("pointercancel", () => this.cancel());
    box.addEventListener("pointerleave", () => this._leave());
    box.addEventListener("dragstart", (/** @type {Event} */ e) => e.preventDefault());
    box.addEventListener("contextmenu", (/** @type {MouseEvent} */ e) => this._menu(e));
    this.keys = new Keys(app, this);
    app.map.on("movestart zoomstart", () => this._hideHover());
    this.setTool("pick");
  }

  get isDrawing() {
    return DRAWING.has(this.tool);
  }

  /** @param {string} tool */
  setTool(tool) {
    if (!TOOLS.includes(tool)) return;
    if (tool !== this.tool) this.cancel();
    this.tool = tool;
    this.isPicking = false;
    this._refresh();
  }

  /** @param {number} radius px */
  setRadius(radius) {
    this.radius = Math.max(0, Math.min(400, radius));
    this._refresh();
  }

  /** Makes cursor, circle and dragging fit the tool. */
  _refresh() {
    const { map } = this.app;
    const canDrag = !this.isReadOnlyPage && (this.isSpaceDown || !this.isDrawing);
    if (canDrag || this.isReadOnlyPage) map.dragging.enable();
    else map.dragging.disable();
    this.box.dataset.tool = this.isSpaceDown ? "pan" : this.isPicking ? "eyedropper" : this.tool;
    const isRound = this.tool === "brush" && !this.isSpaceDown && !this.isPicking;
    this.circle.hidden = !(isRound && this.at.isInside && this.radius > 0);
    const size = this.radius * 2;
    this.circle.style.width = this.circle.style.height = `${size}px`;
    this._moveCircle();
    if (!isRound) this._sketch({ candidates: [] });
  }

  get isReadOnlyPage() {
    return this.app.mode === "export";
  }

  _moveCircle() {
    this.circle.style.transform = `translate(${this.at.x - this.radius}px, ${this.at.y - this.radius}px)`;
  }

  // -- pointer --------------------------------------------------------------------------------------------------------

  /** @param {PointerEvent} e */
  _down(e) {
    if (!this.app.ground || this._isControl(e)) return;
    this.box.focus({ preventScroll: true });
    this.box.dataset.keys = "false";
    this._locate(e);
    if (e.button !== 0 || this.isSpaceDown || this.press || this.stroke) return;
    if ((e.altKey || this.isPicking) && !this.isReadOnlyPage) {
      this._eyedrop();
      e.stopPropagation();
      e.preventDefault();
      return;
    }
    if (this.isDrawing) {
      this._begin(e);
      return;
    }
    if (this.tool === "pick") {
      this.press = { x: this.at.x, y: this.at.y, isFrame: e.shiftKey && !this.isReadOnlyPage, pointer: e.pointerId };
      if (this.press.isFrame) {
        this.app.map.dragging.disable();
        this.box.setPointerCapture(e.pointerId);
        e.stopPropagation();
      }
    }
  }

  /** @param {PointerEvent} e */
  _begin(e) {
    const { app } = this;
    const problem = app.choice.whyNoStroke();
    if (problem) {
      app.hint.show(problem, "warning");
      app.send({ kind: "hint", code: app.choice.targetIx() === undefined ? "no_target" : "refused" });
      return;
    }
    this.stroke = app.beginStroke();
    this.box.setPointerCapture(e.pointerId);
    app.map.scrollWheelZoom.disable();
    app.tooltip.hide();
    this._sketch({ hovered: -1, candidates: [] });
    const [x, y] = app.stage.stepsAt(this.at.x, this.at.y);
    this.last = [x, y];
    if (this.tool !== "brush") app.overlay.sketch.shape = [x, y];
    this._extend();
  }

  /** @param {PointerEvent} e */
  _move(e) {
    if (!this.app.ground) return;
    if (this._isControl(e) && !this.stroke && !this.press) return this._leave();
    const moves = e.getCoalescedEvents ? e.getCoalescedEvents() : [];
    if (this.stroke) {
      for (const move of moves.length ? moves : [e]) {
        this._locate(move);
        this._extend();
      }
      this.app.card.show(this.stroke, this.at.x, this.at.y);
    } else {
      this._locate(e);
      if (this.press && this.press.isFrame) this._frameSelection();
      else if (!this.press || e.buttons === 0) this.hover();
    }
    this.circle.hidden = !(this.tool === "brush" && !this.isSpaceDown && !this.isPicking && this.radius > 0);
    this._moveCircle();
  }

  /** Takes what lies between the last place of the pointer and this one. */
  _extend() {
    const { app } = this;
    const stroke = /** @type {import("./stroke.js").Stroke} */ (this.stroke);
    const [x, y] = app.stage.stepsAt(this.at.x, this.at.y);
    const [px, py] = this.last || [x, y];
    const lines = app.lines();
    if (this.tool === "brush") {
      stroke.add(app.ground.unitsUnderBrush(px, py, x, y, this.radius / app.stage.frame.scale, lines));
      this.last = [x, y];
      return;
    }
    const shape = app.overlay.sketch.shape;
    if (this.tool === "rectangle") {
      shape.length = 2;
      shape.push(x, shape[1], x, y, shape[0], y);
    } else {
      const step = LASSO_STEP_PX / app.stage.frame.scale;
      if (Math.hypot(x - px, y - py) < step && shape.length > 2) return;
      shape.push(x, y);
      this.last = [x, y];
    }
    if (shape.length >= 6) stroke.set(app.ground.unitsInShape(shape));
    app.stage.ask("overlay");
  }

  /** @param {PointerEvent} e */
  _up(e) {
    if (!this.app.ground) return;
    if (this.stroke) {
      this._locate(e);
      this._extend();
      const stroke = this.stroke;
      this._endStroke();
      this.app.edits.commit(stroke);
      this.hover();
      return;
    }
    const press = this.press;
    this.press = null;
    if (!press || this._isControl(e)) return;
    this._locate(e);
    if (press.isFrame) {
      this._selectFrame(press, e);
      return;
    }
    if (Math.hypot(this.at.x - press.x, this.at.y - press.y) > CLICK_SLACK_PX) return;
    const u = this.app.unitUnder(this.at.x, this.at.y);
    this.app.choice.pick(u, e.ctrlKey || e.metaKey || e.shiftKey ? "toggle" : "replace");
  }

  _endStroke() {
    const { app } = this;
    this.stroke = null;
    this.last = null;
    app.overlay.sketch.shape = [];
    app.card.hide();
    app.stage.ask("overlay");
    app.map.scrollWheelZoom.enable();
  }

  /** Breaks off what is under way; everything is as before. */
  cancel() {
    if (this.stroke) {
      this.stroke.cancel();
      this.app.hint.show(t("stroke_cancelled"));
      this._endStroke();
      this.app.labelsSoon();
      return true;
    }
    if (this.press && this.press.isFrame) {
      this.press = null;
      this.app.overlay.sketch.shape = [];
      this._sketch({ candidates: [] });
      this._refresh();
      return true;
    }
    this.press = null;
    return false;
  }

  /** A new plan is shown: nothing is under the pointer until it moves. */
  forget() {
    this.cancel();
    this.press = null;
    this.isPicking = false;
    this._told = -1;
    this._refresh();
  }

  // -- picking --------------------------------------------------------------------------------------------------------

  _eyedrop() {
    const u = this.app.unitUnder(this.at.x, this.at.y);
    this.isPicking = false;
    this._refresh();
    if (u >= 0) this.app.choice.pickTarget(this.app.plan.shown[u]);
  }

  _frameSelection() {
    const { app } = this;
    const press = /** @type {{x: number, y: number}} */ (this.press);
    const [x0, y0] = app.stage.stepsAt(press.x, press.y), [x1, y1] = app.stage.stepsAt(this.at.x, this.at.y);
    app.overlay.sketch.shape = [x0, y0, x1, y0, x1, y1, x0, y1];
    this._sketch({ candidates: app.ground.unitsInShape(app.overlay.sketch.shape) });
    app.stage.ask("overlay");
  }

  /**
   * @param {{x: number, y: number}} press
   * @param {PointerEvent} e
   */
  _selectFrame(press, e) {
    const { app } = this;
    app.overlay.sketch.shape = [];
    this._sketch({ candidates: [] });
    this._refresh();
    const [x0, y0] = app.stage.stepsAt(press.x, press.y), [x1, y1] = app.stage.stepsAt(this.at.x, this.at.y);
    if (Math.hypot(this.at.x - press.x, this.at.y - press.y) <= CLICK_SLACK_PX) {
      app.choice.pick(app.unitUnder(this.at.x, this.at.y), "toggle");
    } else {
      app.choice.pickUnits(app.ground.unitsInShape([x0, y0, x1, y0, x1, y1, x0, y1]), e.ctrlKey || e.metaKey ? "add" : "replace");
    }
  }

  /** @param {MouseEvent} e */
  _menu(e) {
    e.preventDefault();
    if (!this.app.ground || this.stroke || this.isReadOnlyPage) return;
    const rect = this.box.getBoundingClientRect();
    const x = e.clientX - rect.left, y = e.clientY - rect.top;
    const u = this.app.unitUnder(x, y);
    this.app.send({ kind: "menu", unit: u, x: Math.round(x), y: Math.round(y) });
  }

  // -- hover ----------------------------------------------------------------------------------------------------------

  hover() {
    const { app } = this;
    if (app.stage._isZooming || this.press) return;
    const u = app.unitUnder(this.at.x, this.at.y);
    if (this.tool === "brush" && !this.isSpaceDown && !this.isPicking) {
      const [x, y] = app.stage.stepsAt(this.at.x, this.at.y);
      const reach = this.radius / app.stage.frame.scale;
      this._sketch({ hovered: -1, candidates: app.ground.unitsUnderBrush(x, y, x, y, reach, app.lines()) });
    } else {
      this._sketch({ hovered: app.isOfUnits ? u : -1, candidates: [] });
      if (!app.isOfUnits) app.choice.highlight(u < 0 ? -1 : app.plan.shown[u]);
    }
    app.tooltip.show(u, this.at.x, this.at.y);
    this._tellHover(u);
  }

  /** @param {number} u */
  _tellHover(u) {
    if (u === this._told) return;
    this._told = u;
    this.app.send({ kind: "hover", unit: u });
  }

  _hideHover() {
    this.app.tooltip.hide();
    if (!this.stroke) this._sketch({ hovered: -1, candidates: [] });
  }

  _leave() {
    this.at.isInside = false;
    this.circle.hidden = true;
    this._hideHover();
    this._tellHover(-1);
  }

  /** @param {Partial<import("./overlay.js").Sketch>} change */
  _sketch(change) {
    const { overlay, stage } = this.app;
    if (!overlay) return;
    const { sketch } = overlay;
    const isSame = (change.hovered === undefined || change.hovered === sketch.hovered) &&
      (change.candidates === undefined || sameList(change.candidates, sketch.candidates));
    Object.assign(sketch, change);
    if (!isSame) stage.ask("overlay");
  }

  // -- small things ---------------------------------------------------------------------------------------------------

  /** Lets the next click choose the target; again: no longer. */
  arm() {
    if (this.stroke) return;
    this.isPicking = !this.isPicking;
    this._refresh();
    if (this.isPicking) this.app.hint.show(t("eyedropper_armed"));
  }

  disarm() {
    const wasPicking = this.isPicking;
    this.isPicking = false;
    this._refresh();
    return wasPicking;
  }

  /** @param {boolean} isDown */
  setSpace(isDown) {
    if (this.isSpaceDown === isDown || (isDown && this.stroke)) return;
    this.isSpaceDown = isDown;
    this._refresh();
  }

  /** @param {PointerEvent} e */
  _locate(e) {
    const rect = this.box.getBoundingClientRect();
    this.at = { x: e.clientX - rect.left, y: e.clientY - rect.top, isInside: true };
  }

  /** @param {Event} e */
  _isControl(e) {
    const target = /** @type {HTMLElement} */ (e.target);
    return Boolean(target && target.closest && target.closest(".leaflet-control, .tm-legend"));
  }
}

/**
 * @param {number[]} a
 * @param {number[]} b
 */
function sameList(a, b) {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
