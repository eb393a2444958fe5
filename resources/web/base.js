// @ts-check
/**
 * What lies under the units: nothing, the context (context.js), or tiles of the planner's own file, which come through
 * the application's scheme. Owns the tiles' layer; the tiles themselves are Python's (ui/map/base_layer.py).
 *
 * @typedef {{base: "none" | "context" | "file", url: string, min_zoom: number, max_zoom: number,
 *   bounds: number[] | null, attribution: string}} Message  kind "base"
 */
import { attributionText } from "./text.js";

const FAR_OUT = 2; // zoom levels below the file's first at which its tiles are still drawn, made small
const FILL = 0.64; // how much of the units' fill is left over tiles

export class Base {
  /** @param {any} app */
  constructor(app) {
    this.app = app;
    /** @type {any} Leaflet's layer of tiles */
    this.layer = null;
    /** @type {Message | null} */
    this._file = null;
    this._isNone = false;
  }

  /** Whether land, lakes and lines are to be drawn. */
  get hasContext() {
    return this.app.options.show_context && !this._isNone;
  }

  /** @param {Message} message */
  set(message) {
    const { app } = this;
    this._takeAway();
    this._isNone = message.base === "none";
    if (message.base === "file") this._putTiles(message);
    if (app.stage) app.stage.update(true);
    app.compare.baseChanged();
    app.proposal.baseChanged();
  }

  /** @param {Message} message */
  _putTiles(message) {
    const { map } = this.app;
    const { L } = /** @type {any} */ (window);
    this._file = message;
    const box = message.bounds && [[message.bounds[1], message.bounds[0]], [message.bounds[3], message.bounds[2]]];
    this.layer = L.tileLayer(message.url, {
      minZoom: Math.max(0, message.min_zoom - FAR_OUT), minNativeZoom: message.min_zoom,
      maxZoom: map.getMaxZoom(), maxNativeZoom: message.max_zoom,
      bounds: box ? L.latLngBounds(box) : undefined, keepBuffer: 1, alt: "",
    });
    this.layer.addTo(map);
    map.attributionControl.addAttribution(attributionText(message.attribution));
  }

  _takeAway() {
    if (!this._file) return;
    this.layer.remove();
    this.app.map.attributionControl.removeAttribution(attributionText(this._file.attribution));
    this.layer = this._file = null;
  }

  /**
   * Whether tiles are drawn at a zoom level.
   * @param {number} zoom
   */
  hasTiles(zoom) {
    return this.layer !== null && zoom >= this.layer.options.minZoom - 0.5;
  }

  /** How much of a fill covers what is under it, 0..1: streets must be seen through it. */
  get fillShare() {
    return this.hasTiles(this.app.map.getZoom()) ? FILL : 1;
  }

  /**
   * Takes the paint off where tiles lie under the canvas.
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {import("./stage.js").Rect} rect
   */
  open(ctx, frame, rect) {
    if (!this._file || !this.hasTiles(frame.zoom)) return;
    const { bounds } = this._file;
    let { x0, y0, x1, y1 } = rect;
    if (bounds) {
      const { map } = this.app;
      const corner = map.project([bounds[3], bounds[0]], frame.zoom), far = map.project([bounds[1], bounds[2]], frame.zoom);
      x0 = Math.max(x0, corner.x - frame.ox);
      y0 = Math.max(y0, corner.y - frame.oy);
      x1 = Math.min(x1, far.x - frame.ox);
      y1 = Math.min(y1, far.y - frame.oy);
    }
    if (x1 > x0 && y1 > y0) ctx.clearRect(x0, y0, x1 - x0, y1 - y0);
  }
}
