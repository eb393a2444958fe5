// @ts-check
/**
 * What a tool of the map is: how it takes the pointer and the keys. One file a family of tools extends it.
 * Owns the shape of a gesture and what does nothing; tools.js decides which gesture is asked.
 *
 * Pointer places are read from `tools.at` (px of the map's container) or `tools.steps()` (map steps).
 */

export class Gesture {
  /** @param {import("./tools.js").Tools} tools */
  constructor(tools) {
    this.tools = tools;
    this.app = tools.app;
    this.name = "";
    /** the pointer draws: a press never drags the map */
    this.isDrawing = false;
    /** the pointer gives units to a territory */
    this.isPainting = false;
    /** a line is made of points, each set by a click */
    this.isByPoints = false;
    /** Alt means something here, so Alt+click is not the eyedropper */
    this.usesAlt = false;
  }

  /** Whether a press is under way, or points set one by one wait for the next. */
  get isBusy() {
    return false;
  }

  /** The tool is taken up. */
  begin() {}

  /** The tool is put down; nothing is under way any more. */
  end() {}

  /**
   * The main button goes down.
   * @param {PointerEvent} _e
   * @returns {boolean} whether the press is taken: then the map does not drag, and every move comes here
   */
  press(_e) {
    return false;
  }

  /** The pointer moved while a press is taken; called for each place that it passed. */
  drag() {}

  /** After the places of one event.
   * @param {PointerEvent} _e */
  dragged(_e) {}

  /** The button was let go; asked whether the press was taken or not.
   * @param {PointerEvent} _e */
  release(_e) {}

  /** The pointer moved with nothing pressed over the unit u, -1 = none.
   * @param {number} u
   * @returns {boolean | void} true: the tool says itself what is there, so the unit's own label stays away */
  hover(u) {
    const { app, tools } = this;
    if (app.homes.hover(tools.at.x, tools.at.y)) {
      tools.sketch({ hovered: -1, candidates: [] });
      return true;
    }
    const isWhole = u >= 0 && app.levels.isWhole;
    tools.sketch({ hovered: app.isOfUnits ? u : -1, candidates: isWhole ? [...app.levels.areaOf(u)] : [] });
    if (!app.isOfUnits) app.choice.highlight(u < 0 ? -1 : app.plan.shown[u]);
  }

  /** Python says what the drawing under way would take.
   * @param {any} _answer kind "probed" */
  probed(_answer) {}

  /** More or less of what is held is to follow.
   * @param {number} _by 1 or -1 */
  stretch(_by) {}

  /** How a drawing is meant has changed. */
  meant() {}

  /** The pointer left the map, or the map moves. */
  leave() {}

  /**
   * Paints what only this tool shows, over everything else.
   * @param {CanvasRenderingContext2D} _ctx
   * @param {import("./stage.js").Frame} _frame
   * @param {import("./ground.js").Lines} _lines
   */
  paint(_ctx, _frame, _lines) {}

  /**
   * A key of the map, before any other meaning of it.
   * @param {KeyboardEvent} _e
   * @returns {boolean} whether it is taken
   */
  key(_e) {
    return false;
  }

  /**
   * Breaks off what is under way; everything is as before.
   * @returns {boolean} whether something was
   */
  cancel() {
    return false;
  }
}
