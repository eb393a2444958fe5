// @ts-check
/**
 * Place a rep's home by a click: asked for by a command, and gone when it is done; the tool before comes back.
 * Owns the gesture; the house is home_place.js's.
 */
import { Gesture } from "./gesture.js";
import { HomePlace } from "./home_place.js";
import { t } from "./text.js";

export class HomeGesture extends Gesture {
  /** @param {import("./tools.js").Tools} tools */
  constructor(tools) {
    super(tools);
    this.name = "home";
    this.isDrawing = true;
    this.isByPoints = true; // the unit cursor sets it by Space
    this.usesAlt = true;
    /** @type {HomePlace | null} */
    this.place = null;
    this._before = "pick";
  }

  get isBusy() {
    return this.place !== null;
  }

  /**
   * Takes up a house.
   * @param {number} rep
   * @param {string} name
   */
  arm(rep, name) {
    const { app, tools } = this;
    if (tools.isBusy) tools.cancel();
    if (tools.gesture !== this) this._before = tools.tool;
    tools.setTool(this.name);
    this.place = new HomePlace(app, rep, name);
    app.hint.show(t("home_click", { name }));
    if (tools.at.isInside) tools.hover();
  }

  end() {
    if (this.place && this.tools.gesture !== this) this._drop();
  }

  /** @param {PointerEvent} e */
  press(e) {
    if (this.place) this.place.follow(e.altKey);
    return true;
  }

  /** @param {PointerEvent} e */
  dragged(e) {
    if (this.place) this.place.follow(e.altKey);
  }

  /** @param {PointerEvent} e */
  release(e) {
    const { place } = this;
    if (!place) return;
    place.follow(e.altKey);
    this.place = null;
    place.commit();
    this._leave();
  }

  /** @param {number} _u */
  hover(_u) {
    this.tools.sketch({ hovered: -1, candidates: [] });
    if (this.place) this.place.follow(this.tools.isAltDown);
    return true;
  }

  cancel() {
    if (!this.place) return false;
    this._drop();
    this.app.hint.show(t("home_kept"));
    this._leave();
    return true;
  }

  _drop() {
    if (this.place) this.place.drop();
    this.place = null;
  }

  _leave() {
    const { tools } = this;
    if (tools.gesture === this) window.setTimeout(() => tools.gesture === this && !this.place && tools.setTool(this._before), 0);
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   */
  paint(ctx, frame) {
    if (this.place) this.place.paint(ctx, frame);
  }
}
