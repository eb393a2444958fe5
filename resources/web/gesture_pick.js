// @ts-check
/**
 * Pan and pick: select a unit by a click, several with Ctrl or a rectangle with Shift.
 * Owns the gesture; what is selected is in choice.js.
 */
import { Gesture } from "./gesture.js";

export const CLICK_SLACK_PX = 4;

export class PanGesture extends Gesture {
  /** @param {import("./tools.js").Tools} tools */
  constructor(tools) {
    super(tools);
    this.name = "pan";
  }
}

export class PickGesture extends Gesture {
  /** @param {import("./tools.js").Tools} tools */
  constructor(tools) {
    super(tools);
    this.name = "pick";
    /** @type {{x: number, y: number, isFrame: boolean} | null} a click or a selecting rectangle */
    this._press = null;
  }

  get isBusy() {
    return this._press !== null;
  }

  end() {
    this._press = null;
  }

  /** @param {PointerEvent} e */
  press(e) {
    const { at } = this.tools;
    this._press = { x: at.x, y: at.y, isFrame: e.shiftKey && !this.tools.isReadOnlyPage };
    return this._press.isFrame; // else the map may be dragged, and a short press is a click
  }

  drag() {
    const { app, tools } = this;
    app.overlay.sketch.shape = this._frame();
    tools.sketch({ candidates: app.levels.growMostly(app.ground.unitsInShape(app.overlay.sketch.shape)) });
    app.stage.ask("overlay");
  }

  /** @param {PointerEvent} e */
  release(e) {
    const { app, tools } = this;
    const press = this._press;
    this._press = null;
    if (!press) return;
    const isClick = Math.hypot(tools.at.x - press.x, tools.at.y - press.y) <= CLICK_SLACK_PX;
    if (!press.isFrame) {
      if (isClick) this._pick(e.ctrlKey || e.metaKey || e.shiftKey ? "toggle" : "replace");
      return;
    }
    this._forgetFrame();
    if (isClick) this._pick("toggle");
    else app.choice.pickUnits(app.levels.growMostly(app.ground.unitsInShape(this._frame(press))), e.ctrlKey || e.metaKey ? "add" : "replace");
  }

  cancel() {
    const isFrame = Boolean(this._press && this._press.isFrame);
    this._press = null;
    if (isFrame) this._forgetFrame();
    return isFrame;
  }

  /** @param {string} how */
  _pick(how) {
    const { app, tools } = this;
    app.choice.pick(app.unitUnder(tools.at.x, tools.at.y), how);
    app.accountTip.pickPlace(tools.at.x, tools.at.y, how === "toggle");
  }

  _forgetFrame() {
    this.app.overlay.sketch.shape = [];
    this.tools.sketch({ candidates: [] });
    this.app.stage.ask("overlay");
  }

  /** The rectangle from the press to the pointer, in map steps. */
  _frame(press = /** @type {{x: number, y: number}} */ (this._press)) {
    const [x0, y0] = this.app.stage.stepsAt(press.x, press.y), [x1, y1] = this.tools.steps();
    return [x0, y0, x1, y0, x1, y1, x0, y1];
  }
}
