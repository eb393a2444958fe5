// @ts-check
/**
 * A line drawn on the map: freehand with the button down, or point by point by clicks, or both in one line.
 * Owns the points and how a line is ended, taken back and given up; what becomes of it is up to draw and cut.
 */
import { Gesture } from "./gesture.js";
import { CLICK_SLACK_PX } from "./gesture_pick.js";
import { lonLat } from "./ground.js";
import { t } from "./text.js";

const STEP_PX = 3;
const SNAP_PX = 10; // to the first point: closes
const DOUBLE_MS = 400;
const QUICK_MS = 60, LONGEST_REST_MS = 600;
const MOST_POINTS = 19_000; // mapview/protocol.py takes 20,000: sixty metres of a hand's way

export class PointsGesture extends Gesture {
  /** @param {import("./tools.js").Tools} tools */
  constructor(tools) {
    super(tools);
    this.isDrawing = true;
    this.isByPoints = true;
    /** @type {number[]} x, y ... in map steps */
    this.points = [];
    /** where in `points` each click or freehand piece begins
     * @type {number[]} */
    this._pieces = [];
    this._isDown = false;
    this._isFree = false;
    this._downAt = { x: 0, y: 0, when: 0 };
    this._ask = 0; // number of the last question to Python
    this._isAsking = false;
    this._isNewer = false; // the line has changed since
    this._askedAt = 0;
    this._rest = 0;
  }

  get isBusy() {
    return this.points.length > 0;
  }

  begin() {
    this.app.map.doubleClickZoom.disable();
  }

  end() {
    this.app.map.doubleClickZoom.enable();
  }

  // -- for draw and cut to say ----------------------------------------------------------------------------------------

  /** A sentence that says why nothing can be drawn now; "" if it can.
   * @returns {string} */
  whyNot() {
    return this.app.plan.isReadOnly ? t("read_only") : "";
  }

  /** The first point is set. */
  started() {}

  /** The line has changed, or the pointer that its next piece would lead to. */
  changed() {}

  /** The line is done.
   * @param {boolean} _isClosed its end was brought to its begin */
  done(_isClosed) {}

  /** Nothing is under way any more. */
  dropped() {}

  /** How few points make sense. */
  get fewest() {
    return 2;
  }

  // -- pointer --------------------------------------------------------------------------------------------------------

  /** @param {PointerEvent} e */
  press(e) {
    const { app, tools } = this;
    const { x, y } = tools.at;
    const isDouble = e.timeStamp - this._downAt.when < DOUBLE_MS && this._isNear(x, y, this._downAt.x, this._downAt.y, 5);
    this._downAt = { x, y, when: e.timeStamp };
    if (!this.points.length) {
      const problem = this.whyNot();
      if (problem) {
        app.hint.show(problem, "warning");
        app.send({ kind: "hint", code: "refused" });
        return true;
      }
      app.tooltip.hide();
      app.hint.hide();
      tools.sketch({ hovered: -1, candidates: [] });
    } else if (this._isAtStart(x, y) && this._nPoints >= 3) {
      this._finish(true);
      return true;
    } else if (isDouble) {
      this._finish(false);
      return true;
    }
    const isFirst = !this.points.length;
    this._pieces.push(this.points.length);
    this.points.push(...tools.steps());
    this._isDown = true;
    this._isFree = false;
    if (isFirst) this.started();
    this.changed();
    return true;
  }

  drag() {
    if (!this._isDown) return;
    const { app, tools } = this;
    const { x, y } = tools.at;
    if (!this._isFree && Math.hypot(x - this._downAt.x, y - this._downAt.y) <= CLICK_SLACK_PX) return;
    this._isFree = true;
    const [sx, sy] = tools.steps();
    const [px, py] = this.points.slice(-2);
    const isFar = Math.hypot(sx - px, sy - py) * app.stage.frame.scale >= STEP_PX;
    if (isFar && this._nPoints < MOST_POINTS) this.points.push(sx, sy);
  }

  /** @param {PointerEvent} _e */
  dragged(_e) {
    if (this._isDown) this.changed();
  }

  /** @param {PointerEvent} _e */
  release(_e) {
    if (!this._isDown) return;
    this.drag();
    this._isDown = false;
    const { x, y } = this.tools.at;
    const isHome = this._isFree && this._nPoints > 8 && this._isAtStart(x, y);
    if (isHome || (this._isFree && this._pieces.length === 1)) this._finish(isHome);
    else this.changed();
  }

  /** @param {number} u */
  hover(u) {
    if (!this.points.length) return super.hover(u);
    this.tools.sketch({ hovered: -1, candidates: [] });
    this.changed();
    return true;
  }

  /** @param {KeyboardEvent} e */
  key(e) {
    if (!this.points.length) return false;
    if (e.key === "Enter") this._finish(false);
    else if (e.key === "Backspace") this._takeBack();
    else return false;
    return true;
  }

  cancel() {
    const wasBusy = this.isBusy;
    this._drop();
    if (wasBusy) this.app.hint.show(t("stroke_cancelled"));
    return wasBusy;
  }

  /** @param {boolean} isClosed */
  _finish(isClosed) {
    if (this._nPoints < this.fewest) {
      this.app.hint.show(t(this.fewest > 2 ? "too_few_of_area" : "too_few_of_line"), "warning");
      if (this._isFree) this._drop();
      return;
    }
    this.done(isClosed);
    this._drop();
    if (this.tools.at.isInside) this.tools.hover();
  }

  /** Takes the last click or the last freehand piece back. */
  _takeBack() {
    this.points.length = this._pieces.pop() ?? 0;
    this._downAt.when = 0;
    if (this.points.length) this.changed();
    else this.cancel();
    if (!this.points.length) this._drop();
  }

  _drop() {
    const { app } = this;
    this.points = [];
    this._pieces = [];
    this._isDown = this._isFree = this._isAsking = this._isNewer = false;
    clearTimeout(this._rest);
    this._downAt.when = 0;
    app.card.hide();
    this.dropped();
    if (app.stage) app.stage.ask("overlay");
  }

  // -- what is drawn so far -------------------------------------------------------------------------------------------

  get _nPoints() {
    return this.points.length / 2;
  }

  /** The points with the one under the pointer, as if it were set now.
   * @returns {number[]} */
  line() {
    const { tools } = this;
    return this._isDown || !tools.at.isInside ? this.points : [...this.points, ...tools.steps()];
  }

  /** Whether the pointer is where a click would close the line. */
  get isClosing() {
    const { x, y } = this.tools.at;
    const isFree = this._isDown && this._isFree;
    return this._nPoints >= (isFree ? 9 : 3) && this._isAtStart(x, y);
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  _isAtStart(x, y) {
    const [px, py] = this.app.stage.containerAt(this.points[0], this.points[1]);
    return this._isNear(x, y, px, py, SNAP_PX);
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} px
   * @param {number} py
   * @param {number} reach
   */
  _isNear(x, y, px, py, reach) {
    return Math.hypot(x - px, y - py) <= reach;
  }

  /** What is drawn, on the screen: left, top, right, bottom in px of the map's container.
   * @returns {[number, number, number, number]} */
  extent() {
    const line = this.line();
    let left = Infinity, top = Infinity, right = -Infinity, bottom = -Infinity;
    for (let i = 0; i < line.length; i += 2) {
      left = Math.min(left, line[i]);
      right = Math.max(right, line[i]);
      top = Math.min(top, line[i + 1]);
      bottom = Math.max(bottom, line[i + 1]);
    }
    const { stage } = this.app;
    const [x0, y0] = stage.containerAt(left, top), [x1, y1] = stage.containerAt(right, bottom);
    return [x0, y0, x1, y1];
  }

  // -- asking Python --------------------------------------------------------------------------------------------------

  /**
   * Asks what the line would take or cut; one question is under way at a time, and the newest line is asked for last.
   * @param {string} rule which units a boundary takes, or "cut"
   * @param {boolean} isClosed
   * @param {number | null} territory what the units would go to; null = a new territory, or none
   */
  ask(rule, isClosed, territory) {
    const points = places(this.line());
    if (points.length < (isClosed ? 3 : 2)) return;
    this._isNewer = this._isAsking;
    if (this._isAsking) return;
    this._isAsking = true;
    this._askedAt = performance.now();
    this.app.send({ kind: "probe", ask: ++this._ask, rule, territory, is_closed: isClosed, points });
  }

  /** @param {any} answer kind "probed" */
  probed(answer) {
    if (answer.ask !== this._ask || !this._isAsking) return;
    this.answered(answer);
    // An answer that took long is followed by as long a rest, so that the window stays quick.
    const took = performance.now() - this._askedAt;
    if (took > QUICK_MS) this._rest = window.setTimeout(() => this._goOn(), Math.min(took, LONGEST_REST_MS));
    else this._goOn();
  }

  /** Asks for the newest line, if it has changed since the last question. */
  _goOn() {
    const isNewer = this._isNewer;
    this._isAsking = this._isNewer = false;
    if (isNewer && this.points.length) this.changed();
  }

  /** @param {any} _answer */
  answered(_answer) {}
}

/**
 * Returns points as Python takes them: longitude and latitude, none twice in a row.
 * @param {number[]} line x, y ... in map steps
 * @returns {[number, number][]}
 */
export function places(line) {
  /** @type {[number, number][]} */
  const out = [];
  for (let i = 0; i < line.length; i += 2) {
    if (i && line[i] === line[i - 2] && line[i + 1] === line[i - 1]) continue;
    out.push(lonLat(line[i], line[i + 1]));
  }
  return out;
}
