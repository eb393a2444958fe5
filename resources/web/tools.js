// @ts-check
/**
 * The pointer on the map: which gesture gets it, the eyedropper, panning by Space, and what is hovered.
 * Owns the dispatch; a gesture is in its own file (gesture.js), keys are in keys.js.
 */
import { GESTURES } from "./gestures.js";
import { Keys } from "./keys.js";
import { t } from "./text.js";

export class Tools {
  /** @param {any} app */
  constructor(app) {
    this.app = app;
    this.radius = 10;
    this.isSpaceDown = false;
    this.isPicking = false; // eyedropper armed by its key
    /** @type {import("./stroke.js").Stroke | null} */
    this.stroke = null;
    this.at = { x: -1, y: -1, isInside: false };
    this.isControlDown = false;
    this.isAltDown = false;
    this._isTaken = false; // a press that the gesture took is under way
    this._isPressed = false;
    this._told = -1; // unit under the pointer as last told to Python
    const box = app.map.getContainer();
    this.box = box;
    /** @type {Map<string, import("./gesture.js").Gesture>} */
    this.gestures = new Map();
    for (const Kind of GESTURES) {
      const gesture = new Kind(this);
      this.gestures.set(gesture.name, gesture);
    }
    this.gesture = /** @type {import("./gesture.js").Gesture} */ (this.gestures.get("pick"));
    box.addEventListener("pointerdown", (/** @type {PointerEvent} */ e) => this._down(e), true);
    box.addEventListener("pointermove", (/** @type {PointerEvent} */ e) => this._move(e));
    box.addEventListener("pointerup", (/** @type {PointerEvent} */ e) => this._up(e));
    box.addEventListener("pointercancel", () => this.cancel());
    box.addEventListener("pointerleave", () => this._leave());
    box.addEventListener("dragstart", (/** @type {Event} */ e) => e.preventDefault());
    box.addEventListener("contextmenu", (/** @type {MouseEvent} */ e) => this._menu(e));
    this.keys = new Keys(app, this);
    app.map.on("movestart zoomstart", () => this._hideHover());
    this._refresh();
  }

  get tool() {
    return this.gesture.name;
  }

  get isReadOnlyPage() {
    return this.app.mode === "export";
  }

  /** Whether the gesture has the pointer: neither panning by Space nor the eyedropper is on. */
  get isGestureOn() {
    return !this.isSpaceDown && !this.isPicking;
  }

  /** Whether something is under way that another command must not break into. */
  get isBusy() {
    return this.stroke !== null || this.gesture.isBusy;
  }

  /** @param {string} tool */
  setTool(tool) {
    const next = this.gestures.get(tool);
    if (!next) return;
    if (next !== this.gesture) {
      this.cancel();
      this.gesture.end();
      this.gesture = next;
    }
    this.isPicking = false;
    this._refresh();
  }

  /** @param {number} radius px */
  setRadius(radius) {
    this.radius = Math.max(0, Math.min(400, radius));
    this._refresh();
  }

  /** Makes cursor and dragging fit the tool. */
  _refresh() {
    const { map } = this.app;
    const canDrag = this.isReadOnlyPage || this.isSpaceDown || !this.gesture.isDrawing;
    if (canDrag) map.dragging.enable();
    else map.dragging.disable();
    this.box.dataset.tool = this.isSpaceDown ? "pan" : this.isPicking ? "eyedropper" : this.tool;
    if (this.isGestureOn) this.gesture.begin();
    else this.gesture.end();
  }

  /** The place of the pointer in map steps.
   * @returns {[number, number]} */
  steps() {
    return this.app.stage.stepsAt(this.at.x, this.at.y);
  }

  // -- pointer --------------------------------------------------------------------------------------------------------

  /** @param {PointerEvent} e */
  _down(e) {
    if (!this.app.ground || this.isControl(e)) return;
    if (this.app.plan.rev < 0) return e.stopPropagation(); // who has the units is not known yet
    this.box.focus({ preventScroll: true });
    this.box.dataset.keys = "false";
    this._locate(e);
    if (e.button !== 0 || this.isSpaceDown || this._isPressed) return;
    if ((this.isPicking || (e.altKey && !this.gesture.usesAlt)) && !this.isReadOnlyPage) {
      this._eyedrop();
      e.stopPropagation();
      e.preventDefault();
      return;
    }
    if (this.gesture.isDrawing && this.tool !== "accounts" && this.app.compare.isForeign(this.at.x)) {
      this.app.compare.refuse();
      e.stopPropagation();
      return;
    }
    this._isPressed = true;
    this._isTaken = this.gesture.press(e);
    if (!this._isTaken) return;
    this.app.map.dragging.disable();
    if (e.isTrusted) this.box.setPointerCapture(e.pointerId); // else it comes from the cursor
    e.stopPropagation();
  }

  /** @param {PointerEvent} e */
  _move(e) {
    if (!this.app.ground) return;
    if (this.isControl(e) && !this._isPressed) return this._leave();
    const moves = this._isTaken && e.getCoalescedEvents ? e.getCoalescedEvents() : [];
    if (this._isTaken) {
      for (const move of moves.length ? moves : [e]) {
        this._locate(move);
        this.gesture.drag();
      }
      this.gesture.dragged(e);
      return;
    }
    this._locate(e);
    if (e.buttons === 0) this._isPressed = false;
    if (!this._isPressed) this.hover();
  }

  /** @param {PointerEvent} e */
  _up(e) {
    if (!this.app.ground || !this._isPressed) return;
    const wasTaken = this._isTaken;
    this._isPressed = this._isTaken = false;
    if (!wasTaken && this.isControl(e)) {
      this.gesture.cancel();
      return;
    }
    this._locate(e);
    this.gesture.release(e);
    if (wasTaken) this._refresh();
  }

  /** Breaks off what is under way; everything is as before. */
  cancel() {
    const wasTaken = this._isTaken;
    this._isTaken = this._isPressed = false;
    const wasBusy = this.gesture.cancel();
    if (this.app.cursor) this.app.cursor.dropped();
    if (wasTaken) this._refresh();
    return wasBusy;
  }

  /** A new plan is shown: nothing is under the pointer until it moves. */
  forget() {
    this.cancel();
    this.isPicking = false;
    this._told = -1;
    this._refresh();
  }

  // -- strokes, for the gestures that make them -----------------------------------------------------------------------

  /** Begins a stroke into the target; null, and a word why, where that cannot be.
   * @returns {import("./stroke.js").Stroke | null} */
  beginStroke() {
    const { app } = this;
    const problem = app.choice.whyNoStroke();
    if (problem) {
      app.hint.show(problem, "warning");
      app.send({ kind: "hint", code: app.choice.targetIx() === undefined ? "no_target" : "refused" });
      return null;
    }
    return this.takeStroke(app.beginStroke());
  }

  /**
   * Makes a stroke the one under way.
   * @template {import("./stroke.js").Stroke} T
   * @param {T} stroke
   * @returns {T}
   */
  takeStroke(stroke) {
    const { app } = this;
    this.stroke = stroke;
    app.map.scrollWheelZoom.disable();
    app.tooltip.hide();
    app.hint.hide();
    this.sketch({ hovered: -1, candidates: [] });
    return stroke;
  }

  /** Forgets the stroke; what becomes of it is up to the gesture. */
  endStroke() {
    const { app } = this;
    this.stroke = null;
    app.card.hide();
    app.splits.unwatch();
    app.stage.ask("overlay");
    app.map.scrollWheelZoom.enable();
  }

  // -- eyedropper and menu --------------------------------------------------------------------------------------------

  _eyedrop() {
    const u = this.app.unitUnder(this.at.x, this.at.y);
    this.isPicking = false;
    this._refresh();
    if (u >= 0) this.app.choice.pickTarget(this.app.plan.shown[u]);
  }

  /** @param {MouseEvent} e */
  _menu(e) {
    e.preventDefault();
    if (!this.app.ground || this.stroke || this.isReadOnlyPage) return;
    const rect = this.box.getBoundingClientRect();
    const { cursor } = this.app; // a press of the mouse ends it: while it is on, the menu is asked for by a key
    const [x, y] = cursor.isOn ? cursor.pixel : [e.clientX - rect.left, e.clientY - rect.top];
    const u = this.app.unitUnder(x, y);
    this.app.accountTip.pickForMenu(x, y);
    this.app.send({ kind: "menu", unit: u, x: Math.round(x), y: Math.round(y) });
  }

  // -- hover ----------------------------------------------------------------------------------------------------------

  hover() {
    const { app } = this;
    if (app.stage._isZooming || this._isPressed) return;
    const u = app.unitUnder(this.at.x, this.at.y);
    let isTold = false;
    if (this.isGestureOn) isTold = this.gesture.hover(u) === true;
    else this.sketch({ hovered: u, candidates: [] });
    if (isTold) app.tooltip.hide();
    else app.tooltip.show(u, this.at.x, this.at.y);
    this.tellHover(u);
  }

  /** Tells Python which unit is under the pointer. @param {number} u */
  tellHover(u) {
    if (u === this._told) return;
    this._told = u;
    this.app.send({ kind: "hover", unit: u });
  }

  _hideHover() {
    this.app.homes.hide();
    this.app.tooltip.hide();
    if (!this.stroke) this.sketch({ hovered: -1, candidates: [] });
  }

  _leave() {
    this.at.isInside = false;
    this.gesture.leave();
    this._hideHover();
    this.tellHover(-1);
  }

  /** Changes what comes and goes over the map; painted anew where it differs.
   * @param {Partial<import("./overlay.js").Sketch>} change */
  sketch(change) {
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
    if (this.isBusy) return;
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
    if (this.isSpaceDown === isDown || (isDown && this._isTaken)) return;
    this.isSpaceDown = isDown;
    this._refresh();
  }

  /** @param {PointerEvent} e */
  _locate(e) {
    const rect = this.box.getBoundingClientRect();
    this.isControlDown = e.ctrlKey || e.metaKey;
    this.isAltDown = e.altKey;
    this.at = { x: e.clientX - rect.left, y: e.clientY - rect.top, isInside: true };
  }

  /** Whether an event is about what lies over the map, not about the map.
   * @param {Event} e */
  isControl(e) {
    const target = /** @type {HTMLElement} */ (e.target);
    return Boolean(target && target.closest && target.closest(".leaflet-control, .tm-legend, .tm-insets"));
  }
}

/**
 * @param {number[]} a
 * @param {number[]} b
 */
function sameList(a, b) {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
