// @ts-check
/**
 * The unit cursor: everything that the mouse does on the map, done by keys, and told by words.
 * Owns where the cursor is and what its keys mean; a tool sees it as a pointer (tools.js), the way is walk.js's.
 */
import { describeUnit, totalOf } from "./cursor_words.js";
import { paintCursor } from "./cursor_view.js";
import { WORLD } from "./ground.js";
import { Stroke } from "./stroke.js";
import { number, t } from "./text.js";
import { EAST, NORTH, SOUTH, Walk, WEST } from "./walk.js";

/** @type {Record<string, number>} */
const ARROWS = { ArrowRight: EAST, ArrowUp: NORTH, ArrowLeft: WEST, ArrowDown: SOUTH };
/** @type {Record<string, [number, number]>} */
const WAYS = { ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowLeft: [-1, 0], ArrowDown: [0, 1] };
const MARGIN_PX = 70; // nearer to the edge the map follows
const NUDGE_PX = 10;
const FINE_PX = 2;
const PAN_PX = 120;
const MOST_STEPS = 400; // to the next larger area

export class Cursor {
  /** @param {any} app */
  constructor(app) {
    this.app = app;
    this.isOn = false;
    this.isDown = false; // holds the button of the pointer
    /** @type {[number, number]} map steps, in the copy of the world that is shown */
    this.place = [0, 0];
    this._isFree = false; // moved off its unit's point by Alt and arrows
    /** @type {Walk | null} */
    this._walk = null;
    this.live = document.createElement("div");
    this.live.className = "tm-live";
    this.live.setAttribute("role", "status");
    this.live.setAttribute("aria-live", "polite");
    app.map.getContainer().appendChild(this.live);
    // Before the tools see it: a nudge of the mouse must not tear along what is held by keys; a press ends the cursor.
    window.addEventListener("pointermove", (e) => this.isDown && e.isTrusted && e.stopPropagation(), true);
    window.addEventListener("pointerdown", (e) => e.isTrusted && this.stop(), true);
  }

  get unit() {
    return this.isOn && this._walk ? this._walk.unit : -1;
  }

  /** Another plan is shown. */
  clear() {
    this.stop();
    this._walk = null;
  }

  // -- on and off -----------------------------------------------------------------------------------------------------

  start() {
    const { app } = this;
    if (this.isOn || !app.plan || !app.plan.nUnits || app.mode !== "window") return;
    const { neighbours, ground } = app;
    this._walk ??= new Walk((u) => neighbours.of(u), ground.point, WORLD);
    this.isOn = true;
    app.tools.box.dataset.keys = "true";
    this._stand(this._first());
  }

  stop() {
    if (!this.isOn) return false;
    if (this.isDown) this.app.tools.cancel();
    this.isOn = this.isDown = false;
    if (this.app.stage) this.app.stage.ask("overlay");
    if (this.app.ground) this.app.tools._leave();
    return true;
  }

  /** The selected unit if it is in view, else the one in the middle, else the nearest to it. */
  _first() {
    const { app } = this;
    const size = app.map.getSize();
    for (const u of app.choice.units) {
      const [x, y] = this._px(this._near(u, app.stage.stepsAt(size.x / 2, size.y / 2)));
      if (x >= 0 && y >= 0 && x <= size.x && y <= size.y) return u;
    }
    const [cx, cy] = app.stage.stepsAt(size.x / 2, size.y / 2);
    const under = app.ground.unitAt(cx, cy, app.lines());
    if (under >= 0) return under;
    let best = 0, least = Infinity;
    for (let u = 0; u < app.plan.nUnits; u++) {
      const [x, y] = this._near(u, [cx, cy]);
      const far = Math.hypot(x - cx, y - cy);
      if (far < least) [best, least] = [u, far];
    }
    return best;
  }

  // -- keys -----------------------------------------------------------------------------------------------------------

  /**
   * @param {KeyboardEvent} e
   * @returns {boolean} whether it is taken
   */
  key(e) {
    const { app } = this;
    if (app.mode !== "window" || !app.plan) return false;
    const arrow = e.key in ARROWS;
    if (arrow && (e.ctrlKey || e.metaKey || (app.tools.tool === "pan" && !this.isOn && !e.altKey))) {
      const [x, y] = WAYS[e.key];
      app.map.panBy([x * PAN_PX, y * PAN_PX], { animate: false });
      return true;
    }
    if (e.ctrlKey || e.metaKey) return false;
    if (!this.isOn) {
      const isMeant = e.key === "F2" || (e.key === "Enter" && !e.altKey) || (arrow && !e.altKey);
      if (isMeant) this.start();
      return isMeant;
    }
    if (arrow) this._arrow(e);
    else if (e.key === " ") this._space(e.shiftKey);
    else if (e.key === "Enter") this._enter(e);
    else if (e.key === "F2") this.stop();
    else return false;
    return true;
  }

  /** @param {KeyboardEvent} e */
  _arrow(e) {
    if (e.altKey) {
      this._nudge(WAYS[e.key], e.shiftKey ? FINE_PX : NUDGE_PX);
      return;
    }
    const from = this.unit;
    if (e.shiftKey && !this.isDown) this._extend(from);
    const isThere = this._go(ARROWS[e.key]);
    if (e.shiftKey && !this.isDown) this._extend(this.unit);
    if (!isThere) this.say(t("cursor_no_unit"));
  }

  /**
   * Goes to the next unit, or where whole areas are painted to the next area.
   * @param {number} direction
   */
  _go(direction) {
    const { levels } = this.app;
    const walk = /** @type {Walk} */ (this._walk);
    const from = levels.nameOf(walk.unit);
    let isThere = walk.step(direction);
    for (let i = 0; isThere && from && levels.nameOf(walk.unit) === from && i < MOST_STEPS; i++) isThere = walk.step(direction);
    this._come();
    return isThere;
  }

  /** @param {number} u */
  _extend(u) {
    const { choice, levels } = this.app;
    const area = [...levels.areaOf(u)];
    if (!area.every((v) => choice.units.has(v))) choice.pickUnits(area, "add");
  }

  /**
   * @param {[number, number]} way
   * @param {number} px
   */
  _nudge([x, y], px) {
    const { app } = this;
    const { scale } = app.stage.frame;
    this.place = [this.place[0] + (x * px) / scale, this.place[1] + (y * px) / scale];
    this._isFree = true;
    this._follow();
    const u = app.ground.unitAt(this.place[0], this.place[1], app.lines());
    const walk = /** @type {Walk} */ (this._walk);
    if (u >= 0 && u !== walk.unit) {
      walk.stand(u);
      this.say(describeUnit(this.app, u));
    }
    this._point("pointermove");
  }

  /** Does what the tool is for, here: gives the unit, or the selection it is in, to the target; fills; sets a point;
   * pushes the border.
   * @param {boolean} isLoose a border may be pushed so that a territory falls apart */
  _space(isLoose) {
    const { app } = this;
    const { gesture } = app.tools;
    if (this.isDown) return;
    if (gesture.name === "border") {
      this._push(isLoose);
      return;
    }
    if (gesture.isByPoints || gesture.name === "fill") {
      this._click();
      return;
    }
    const stroke = app.tools.beginStroke();
    if (!stroke) return;
    const { units } = app.choice;
    stroke.add(units.has(this.unit) ? [...units] : [...app.levels.areaOf(this.unit)]);
    const isNone = !stroke.size && !stroke.locked.size;
    app.tools.endStroke();
    if (isNone) app.hint.show(t("fill_own", { name: stroke.target < 0 ? t("unassigned") : app.plan.nameOf(stroke.target) }));
    app.edits.commit(stroke);
    this._point("pointermove");
  }

  /**
   * Pushes the border over the unit: it goes to the territory that the cursor comes from, else to the one beside it.
   * @param {boolean} isLoose
   */
  _push(isLoose) {
    const { app, unit } = this;
    const { plan, neighbours, tools } = app;
    const from = plan.shown[unit], taker = this._beside(from);
    const locked = [from, taker].filter((ix) => plan.isTerritoryLocked(ix));
    const problem = plan.isReadOnly ? t("read_only") : taker < 0 ? t("cursor_no_border")
      : locked.length ? t(plan.lockedKey("border_locked", locked), { names: locked.map((ix) => plan.nameOf(ix)).join(", ") }) : "";
    if (problem) {
      app.hint.show(problem, "warning");
      return;
    }
    const before = from < 0 ? 0 : neighbours.pieces(plan.shown, from).length;
    const stroke = tools.takeStroke(new Stroke(app, taker));
    stroke.add([unit]);
    const after = from < 0 ? 0 : neighbours.pieces(plan.shown, from).length;
    tools.endStroke();
    if (after > before && !isLoose) {
      stroke.cancel();
      app.hint.show(t("cursor_would_split", { name: plan.nameOf(from), n: number(after, true) }), "warning");
    } else {
      app.edits.commit(stroke);
    }
    this._point("pointermove");
  }

  /** The territory that pushes: of the unit that the cursor comes from, else the only other one beside the unit.
   * @param {number} own */
  _beside(own) {
    const { plan, neighbours } = this.app;
    const { before } = /** @type {Walk} */ (this._walk);
    if (before >= 0 && plan.shown[before] >= 0 && plan.shown[before] !== own) return plan.shown[before];
    const others = new Set([...neighbours.of(this.unit)].map((v) => plan.shown[v]).filter((ix) => ix >= 0 && ix !== own));
    return others.size === 1 ? [...others][0] : -1;
  }

  /** Picks; with a tool that draws, holds the button down and lets it go again.
   * @param {KeyboardEvent} e */
  _enter(e) {
    const { app } = this;
    const { gesture } = app.tools;
    if (app.tools.isPicking || gesture.isByPoints || gesture.name === "fill") this._click();
    else if (!gesture.isDrawing && gesture.name !== "border") app.choice.pick(this.unit, e.shiftKey ? "toggle" : "replace");
    else if (this.isDown) this._release(e);
    else this._press(e);
  }

  _click() {
    this._point("pointerdown");
    this._point("pointerup");
    if (this.isOn) this.app.tools.box.dataset.keys = "true";
  }

  /** @param {KeyboardEvent} e */
  _press(e) {
    const { app } = this;
    this._point("pointerdown", e);
    this.isDown = app.tools.isBusy;
    if (this.isDown) this.say(t("cursor_held"));
    else this._point("pointerup", e);
  }

  /** @param {KeyboardEvent} e */
  _release(e) {
    this.isDown = false;
    this._point("pointerup", e);
  }

  /** The gesture was broken off. */
  dropped() {
    this.isDown = false;
  }

  // -- the pointer that a tool sees -----------------------------------------------------------------------------------

  /**
   * @param {string} type
   * @param {KeyboardEvent} [e]
   */
  _point(type, e) {
    const { box } = this.app.tools;
    const rect = box.getBoundingClientRect();
    const [x, y] = this._px(this.place);
    box.dispatchEvent(new PointerEvent(type, {
      clientX: rect.left + x, clientY: rect.top + y, button: type === "pointermove" ? -1 : 0,
      buttons: this.isDown || type === "pointerdown" ? 1 : 0, pointerId: 1, pointerType: "mouse", isPrimary: true,
      bubbles: true, cancelable: true, shiftKey: Boolean(e && e.shiftKey), altKey: Boolean(e && e.altKey),
    }));
    box.dataset.keys = "true";
  }

  /**
   * The unit that is meant by a place of the pointer: the cursor's, however small it is on the screen; -1 = look there.
   * @param {number} x
   * @param {number} y
   */
  unitAt(x, y) {
    if (!this.isOn || this._isFree) return -1;
    const [px, py] = this._px(this.place);
    return Math.abs(px - x) < 0.6 && Math.abs(py - y) < 0.6 ? this.unit : -1;
  }

  // -- place and view -------------------------------------------------------------------------------------------------

  /** @param {number} u */
  _stand(u) {
    const { app } = this;
    const size = app.map.getSize();
    this.place = app.stage.stepsAt(size.x / 2, size.y / 2);
    /** @type {Walk} */ (this._walk).stand(u);
    this._come();
  }

  _come() {
    this.place = this._near(this.unit, this.place);
    this._isFree = false;
    this._follow();
    this._point("pointermove");
    this.say(describeUnit(this.app, this.unit));
  }

  /**
   * The point of a unit in the copy of the world that is nearest to a place: 180 degrees is no edge.
   * @param {number} u
   * @param {[number, number]} to
   * @returns {[number, number]}
   */
  _near(u, to) {
    const { point } = this.app.ground;
    const x = point[u * 2];
    return [x + Math.round((to[0] - x) / WORLD) * WORLD, point[u * 2 + 1]];
  }

  /** Where it is in the map's container. */
  get pixel() {
    return this._px(this.place);
  }

  /** @param {[number, number]} place
   * @returns {[number, number]} */
  _px([x, y]) {
    return this.app.stage.containerAt(x, y);
  }

  /** Brings the cursor into the middle where it would leave the view. */
  _follow() {
    const { app } = this;
    const size = app.map.getSize();
    const [x, y] = this._px(this.place);
    const isIn = x > MARGIN_PX && y > MARGIN_PX && x < size.x - MARGIN_PX && y < size.y - MARGIN_PX;
    if (!isIn) app.map.panBy([Math.round(x - size.x / 2), Math.round(y - size.y / 2)], { animate: false });
    app.stage.ask("overlay");
  }

  // -- words ----------------------------------------------------------------------------------------------------------

  /** Says something to who does not see the map.
   * @param {string} text */
  say(text) {
    this.live.textContent = text;
    this.app.send({ kind: "announce", text: text.slice(0, 500) });
  }

  /** A hint was shown: its region speaks for itself, the window is told; with the total of the target after an edit.
   * @param {string} text */
  hinted(text) {
    if (!this.isOn) return;
    const more = totalOf(this.app);
    this.app.send({ kind: "announce", text: `${text} ${more}`.trim().slice(0, 500) });
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   */
  paint(ctx, frame) {
    if (this.isOn) paintCursor(ctx, frame, this.app.ground, this.unit, this.place, this.isDown);
  }
}
