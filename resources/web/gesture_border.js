// @ts-check
/**
 * Pull a border: press on the border between two territories, and units follow to the pointer's side.
 * Owns the gesture; what is held is in grip.js, what is passed in sweep.js, what may go in field.js, the picture of the
 * pull in border_view.js. What a pull does depends on where it began and where the pointer is, not on its way.
 */
import { BorderStroke } from "./border_stroke.js";
import { BorderTip } from "./border_tip.js";
import { paintGrip, paintPull } from "./border_view.js";
import { Field } from "./field.js";
import { Gesture } from "./gesture.js";
import { CLICK_SLACK_PX } from "./gesture_pick.js";
import { findGrip } from "./grip.js";
import { sweep } from "./sweep.js";
import { number, t } from "./text.js";

const REACH_PX = 11;
const LEAST_PULL_PX = 3;
/** half the length of the stretch that follows; the last is the whole border between two territories */
const HALVES_PX = [35, 60, 100, 160, 250, 400, Infinity];

export class BorderGesture extends Gesture {
  /** @param {import("./tools.js").Tools} tools */
  constructor(tools) {
    super(tools);
    this.name = "border";
    this.usesAlt = true;
    this.tip = new BorderTip(this.app);
    this.size = 2;
    /** @type {import("./grip.js").Grip | null} under the pointer, or held */
    this.grip = null;
    /** @type {BorderStroke | null} */
    this.stroke = null;
    /** @type {[number, number]} where the pointer went down, in map steps of the first copy of the world */
    this._from = [0, 0];
    /** @type {[number, number]} */
    this.pull = [0, 0];
    this._owner = new Int32Array(0);
    /** @type {Field | null} */
    this._field = null;
    this._isLoose = false;
    this._downAt = { x: 0, y: 0 };
    tools.box.addEventListener("wheel", (/** @type {WheelEvent} */ e) => this._wheel(e), { passive: false, capture: true });
    window.addEventListener("keyup", (e) => e.key === "Alt" && this._setLoose(false));
    this.app.map.on("movestart zoomstart", () => !this.stroke && this._forget());
  }

  get isBusy() {
    return this.stroke !== null;
  }

  begin() {
    const { plan } = this.app;
    if (plan && plan.borders) plan.borders.prepare();
  }

  end() {
    this._forget();
  }

  // -- what would move ------------------------------------------------------------------------------------------------

  /** @param {number} _u */
  hover(_u) {
    const { app, tools } = this;
    if (this.stroke) return true;
    const [x, y] = tools.steps();
    this.grip = this._find(x, y, app.plan.shown);
    if (!this.grip) {
      this._forget();
      return super.hover(_u);
    }
    tools.sketch({ hovered: -1, candidates: [] });
    const locked = this._lockedSides(this.grip);
    tools.box.dataset.grip = locked.length || app.plan.isReadOnly ? "locked" : direction(this.grip.toLeft);
    this.tip.show(this.grip, locked, tools.at.x, tools.at.y);
    app.stage.ask("overlay");
    return true;
  }

  leave() {
    if (!this.stroke) this._forget();
  }

  _forget() {
    const wasThere = this.grip !== null;
    this.grip = null;
    delete this.tools.box.dataset.grip;
    this.tip.hide();
    if (wasThere && this.app.stage) this.app.stage.ask("overlay");
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {Int32Array} owner
   */
  _find(x, y, owner) {
    const { app } = this;
    const { borders } = app.plan;
    const { scale } = app.stage.frame;
    return borders && findGrip(borders, app.lines(), owner, x, y, REACH_PX / scale, HALVES_PX[this.size] / scale);
  }

  /** @param {import("./grip.js").Grip} grip */
  _lockedSides(grip) {
    const { plan } = this.app;
    return [grip.left, grip.right].filter((ix) => plan.isTerritoryLocked(ix));
  }

  // -- the pull -------------------------------------------------------------------------------------------------------

  /** @param {PointerEvent} e */
  press(e) {
    const { app, tools } = this;
    const [x, y] = tools.steps();
    this._downAt = { x: tools.at.x, y: tools.at.y };
    this.grip = this._find(x, y, app.plan.shown);
    if (!this.grip) return false; // the map is dragged
    const locked = this._lockedSides(this.grip);
    if (app.plan.isReadOnly) app.hint.show(t("read_only"), "warning");
    else if (locked.length) {
      const key = app.plan.lockedKey("border_locked", locked);
      app.hint.show(t(key, { names: locked.map((ix) => app.plan.nameOf(ix)).join(", ") }), "warning");
    }
    else this._take(this.grip, x, y, e.altKey);
    if (!this.stroke) app.send({ kind: "hint", code: "refused" });
    return true;
  }

  /**
   * @param {import("./grip.js").Grip} grip
   * @param {number} x
   * @param {number} y
   * @param {boolean} isLoose
   */
  _take(grip, x, y, isLoose) {
    const { app, tools } = this;
    this._from = [x - grip.shift, y];
    this.pull = [0, 0];
    this._isLoose = isLoose;
    this.tip.hide();
    this.stroke = tools.takeStroke(new BorderStroke(app, grip.left, grip.right));
    this._survey(this.stroke, grip);
    app.stage.ask("overlay");
  }

  /** @param {PointerEvent} e */
  dragged(e) {
    if (!this.stroke) return;
    this._isLoose = e.altKey;
    this._follow();
  }

  /** Works out anew what the pull has passed, and what of it may go. */
  _follow() {
    const { app, tools, stroke, grip } = this;
    if (!stroke || !grip) return;
    const [x, y] = tools.steps();
    this.pull = [x - grip.shift - this._from[0], y - this._from[1]];
    const [dx, dy] = this.pull;
    if (!this._field || stroke.isStale) this._survey(stroke, grip);
    const field = /** @type {Field} */ (this._field);
    const isToLeft = dx * grip.toLeft[0] + dy * grip.toLeft[1] > 0;
    const giver = isToLeft ? grip.left : grip.right, taker = isToLeft ? grip.right : grip.left;
    stroke.turnTo(taker);
    stroke.isLoose = this._isLoose;
    const owner = this._owner;
    const isFar = Math.hypot(dx, dy) * app.stage.frame.scale >= LEAST_PULL_PX;
    const swept = sweep(app.ground, app.lines(), grip, isFar ? dx : 0, isFar ? dy : 0, (u) => owner[u] === giver);
    const { free, locked } = withoutLocked(swept, app.plan.unitLocked);
    stroke.follow(field.settle(free, giver, taker, this._isLoose), locked);
    app.card.show(stroke, tools.at.x, tools.at.y, this._extent(grip));
    app.stage.ask("overlay");
  }

  /**
   * What the pull takes up on the screen, px of the map's container.
   * @param {import("./grip.js").Grip} grip
   * @returns {[number, number, number, number]}
   */
  _extent(grip) {
    const { stage } = this.app;
    const [dx, dy] = this.pull;
    let left = Infinity, top = Infinity, right = -Infinity, bottom = -Infinity;
    for (let i = 0; i < grip.weight.length; i++) {
      const x = grip.xy[i * 2] + grip.shift, y = grip.xy[i * 2 + 1], w = grip.weight[i];
      left = Math.min(left, x, x + dx * w);
      right = Math.max(right, x, x + dx * w);
      top = Math.min(top, y, y + dy * w);
      bottom = Math.max(bottom, y, y + dy * w);
    }
    const [x0, y0] = stage.containerAt(left, top), [x1, y1] = stage.containerAt(right, bottom);
    return [x0, y0, x1, y1];
  }

  /**
   * Looks at both territories as they are without this stroke.
   * @param {BorderStroke} stroke
   * @param {import("./grip.js").Grip} grip
   */
  _survey(stroke, grip) {
    const { plan } = this.app;
    this._owner = plan.shown.slice();
    for (const [u, from] of stroke.before) this._owner[u] = from;
    this._field = new Field(/** @type {any} */ (plan.borders).neighbours, this._owner, grip.left, grip.right);
    stroke.isStale = false;
  }

  /** @param {PointerEvent} e */
  release(e) {
    const { app, tools, stroke } = this;
    if (!stroke) {
      const isClick = Math.hypot(tools.at.x - this._downAt.x, tools.at.y - this._downAt.y) <= CLICK_SLACK_PX;
      if (!this.grip && isClick) app.hint.show(t("border_how"));
      return;
    }
    this._isLoose = e.altKey;
    this._follow();
    const wasPulled = Math.hypot(...this.pull) * app.stage.frame.scale >= LEAST_PULL_PX;
    this._finish();
    app.edits.commit(stroke);
    if (!wasPulled) app.hint.show(t("border_how"));
    tools.hover();
  }

  cancel() {
    const { app, stroke } = this;
    if (!stroke) {
      this._forget();
      return false;
    }
    stroke.cancel();
    app.hint.show(t("stroke_cancelled"));
    this._finish();
    app.labelsSoon();
    return true;
  }

  _finish() {
    this.stroke = null;
    this._field = null;
    this._forget();
    this.tools.endStroke();
  }

  // -- how much of the border, and whether pieces are kept ------------------------------------------------------------

  /** @param {KeyboardEvent} e */
  key(e) {
    if (e.key === "[" || e.key === "]") {
      this.stretch(e.key === "]" ? 1 : -1);
      return true;
    }
    if (e.key !== "Alt" || !this.stroke) return false;
    this._setLoose(true);
    return true;
  }

  /** @param {boolean} isLoose */
  _setLoose(isLoose) {
    if (!this.stroke || this._isLoose === isLoose) return;
    this._isLoose = isLoose;
    this._follow();
  }

  /** While a border is held, the wheel makes the stretch longer or shorter.
   * @param {WheelEvent} e */
  _wheel(e) {
    if (!this.stroke || !e.deltaY) return;
    e.preventDefault();
    e.stopPropagation();
    this.stretch(e.deltaY < 0 ? 1 : -1);
  }

  /** @param {number} by */
  stretch(by) {
    const { app, tools } = this;
    this.size = Math.max(0, Math.min(HALVES_PX.length - 1, this.size + by));
    const half = HALVES_PX[this.size];
    if (Number.isFinite(half)) app.hint.show(t("border_stretch", { n: number(2 * half, true) }));
    else app.hint.show(t("border_whole"));
    if (!this.stroke) {
      if (tools.at.isInside && app.ground) tools.hover();
      return;
    }
    if (!this._field || this.stroke.isStale) this._survey(this.stroke, /** @type {any} */ (this.grip));
    const { shift } = /** @type {import("./grip.js").Grip} */ (this.grip);
    this.grip = this._find(this._from[0] + shift, this._from[1], this._owner);
    this._follow();
  }

  // -- picture --------------------------------------------------------------------------------------------------------

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {import("./ground.js").Lines} lines
   */
  paint(ctx, frame, lines) {
    const { grip, stroke } = this;
    if (!grip) return;
    if (stroke) paintPull(ctx, frame, lines, this.app.ground, grip, this.pull, [...stroke.held, ...stroke.apart]);
    else paintGrip(ctx, frame, grip, this._lockedSides(grip).length > 0);
  }
}

/**
 * @param {import("./sweep.js").Swept} swept
 * @param {Uint8Array} isLocked
 */
function withoutLocked(swept, isLocked) {
  const locked = swept.units.filter((u) => isLocked[u]);
  if (!locked.length) return { free: swept, locked };
  const kept = swept.units.map((_, i) => i).filter((i) => !isLocked[swept.units[i]]);
  return {
    free: { units: kept.map((i) => swept.units[i]), time: Float64Array.from(kept, (i) => swept.time[i]) }, locked,
  };
}

/**
 * Names the cursor that fits a pull across the border.
 * @param {[number, number]} across
 */
function direction([x, y]) {
  const eighth = Math.round((Math.atan2(y, x) * 4) / Math.PI);
  return ["ew", "nwse", "ns", "nesw"][((eighth % 4) + 4) % 4];
}
