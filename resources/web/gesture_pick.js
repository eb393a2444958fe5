// @ts-check
/**
 * Pan and pick: select a unit by a click, several with Ctrl or a rectangle with Shift; a rep's house is dragged.
 * Owns the gesture; what is selected is in choice.js.
 */
import { Gesture } from "./gesture.js";
import { HomePlace } from "./home_place.js";
import { t } from "./text.js";

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
    /** @type {HomePlace | null} a house that is held */
    this._home = null;
    this._homeOf = -1; // its territory
  }

  get isBusy() {
    return this._press !== null || this._home !== null;
  }

  end() {
    this._press = null;
    this._dropHome();
  }

  /** @param {PointerEvent} e */
  press(e) {
    const { app } = this;
    const { at } = this.tools;
    this._homeOf = e.shiftKey || e.ctrlKey || app.mode !== "window" ? -1 : app.homes.territoryAt(at.x, at.y);
    if (this._homeOf >= 0) {
      const { rep_id: rep, rep: name } = app.plan.territories[this._homeOf];
      app.homes.hide();
      app.tooltip.hide();
      this._press = { x: at.x, y: at.y, isFrame: false };
      if (!app.plan.isReadOnly) this._home = new HomePlace(app, rep, name);
      return true;
    }
    this._press = { x: at.x, y: at.y, isFrame: e.shiftKey && !this.tools.isReadOnlyPage };
    return this._press.isFrame; // else the map may be dragged, and a short press is a click
  }

  /** @param {PointerEvent} e */
  dragged(e) {
    if (this._home && !this._isClick(this._press)) this._home.follow(e.altKey);
  }

  drag() {
    const { app, tools } = this;
    if (this._homeOf >= 0 || !this._press) return;
    app.overlay.sketch.shape = this._frame(this._press);
    tools.sketch({ candidates: app.levels.growMostly(app.ground.unitsInShape(app.overlay.sketch.shape)) });
    app.stage.ask("overlay");
  }

  /** @param {PointerEvent} e */
  release(e) {
    const { app, tools } = this;
    const press = this._press;
    this._press = null;
    if (!press) return;
    if (this._homeOf >= 0) {
      this._releaseHome(e, press);
      return;
    }
    const isClick = Math.hypot(tools.at.x - press.x, tools.at.y - press.y) <= CLICK_SLACK_PX;
    if (!press.isFrame) {
      if (isClick) this._pick(e.ctrlKey || e.metaKey || e.shiftKey ? "toggle" : "replace");
      return;
    }
    this._forgetFrame();
    if (isClick) this._pick("toggle");
    else app.choice.pickUnits(app.levels.growMostly(app.ground.unitsInShape(this._frame(press))), e.ctrlKey || e.metaKey ? "add" : "replace");
  }

  /** A house that was dragged is put there; one that was clicked selects its territory.
   * @param {PointerEvent} e
   * @param {{x: number, y: number}} press */
  _releaseHome(e, press) {
    const { app, tools, _home: home, _homeOf: ix } = this;
    this._home = null;
    this._homeOf = -1;
    if (home && !this._isClick(press)) {
      home.follow(e.altKey);
      home.commit();
      return;
    }
    if (home) home.drop();
    app.choice.pickTerritory(ix);
    tools.hover();
  }

  /**
   * Whether the pointer is still where it was pressed.
   * @param {{x: number, y: number} | null} press
   */
  _isClick(press) {
    const { at } = this.tools;
    return press !== null && Math.hypot(at.x - press.x, at.y - press.y) <= CLICK_SLACK_PX;
  }

  _dropHome() {
    if (this._home) this._home.drop();
    this._home = null;
    this._homeOf = -1;
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   */
  paint(ctx, frame) {
    if (this._home) this._home.paint(ctx, frame);
  }

  cancel() {
    if (this._home) {
      this._dropHome();
      this._press = null;
      this.app.hint.show(t("home_kept"));
      return true;
    }
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

  /**
   * The rectangle from a press to the pointer, in map steps.
   * @param {{x: number, y: number}} press
   */
  _frame(press) {
    const [x0, y0] = this.app.stage.stepsAt(press.x, press.y), [x1, y1] = this.tools.steps();
    return [x0, y0, x1, y0, x1, y1, x0, y1];
  }
}
