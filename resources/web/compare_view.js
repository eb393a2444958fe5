// @ts-check
/**
 * The map of the other scenario: over the one in use and cut off at the swipe's edge, or beside it; both show the same
 * place. Owns its Leaflet map, its canvases and where it lies; coupling is coupling.js's.
 *
 * A swipe only moves the edge of a box that cuts off a picture which is ready: nothing is painted.
 */
import { AccountsPainter } from "./accounts_painter.js";
import { MarksPainter } from "./compare_marks.js";
import { OverPainter, UnderPainter } from "./context.js";
import { coupleMaps } from "./coupling.js";
import { LabelsPainter } from "./labels.js";
import { LinesPainter } from "./lines.js";
import { make } from "./markup.js";
import { Stage } from "./stage.js";
import { Tooltip } from "./tooltip.js";
import { UnitsPainter } from "./units.js";

export class OtherView {
  /**
   * @param {any} app
   * @param {import("./compare_other.js").Other} other
   * @param {"swipe" | "side"} way
   */
  constructor(app, other, way) {
    const { L } = /** @type {any} */ (window);
    this.app = app;
    this.way = way;
    /** px from the left at which the other scenario ends */
    this.edge = 0;
    this._share = 0.5;
    this.clip = make("div", `tm-other-clip tm-other-${way}`);
    this.box = make("div", "tm-other");
    this.clip.append(this.box);
    this._main = app.map.getContainer();
    document.body.append(this.clip);
    this._main.dataset.compare = way;
    this._zoomedBy = 0; // steps by which the map was zoomed out, so that half the width shows as much
    this._begin();
    const { options } = app.map;
    this.map = L.map(this.box, {
      zoomControl: false, attributionControl: false, keyboard: false, boxZoom: false, doubleClickZoom: false,
      minZoom: options.minZoom, maxZoom: options.maxZoom, zoomSnap: options.zoomSnap, trackResize: false,
      wheelPxPerZoomLevel: options.wheelPxPerZoomLevel, center: app.map.getCenter(), zoom: app.map.getZoom(),
      dragging: way === "side", scrollWheelZoom: way === "side", touchZoom: way === "side",
    });
    this.tiles = null;
    this.layTiles();
    this._uncouple = coupleMaps(app.map, this.map, way === "side");
    this.stage = this._makeStage(other);
    this.stage.update(true);
    /** @type {Tooltip | null} of the other map, where that lies beside */
    this._tooltip = null;
    this._onResize = () => this.resize();
    window.addEventListener("resize", this._onResize);
    if (way === "side") this._listen(other);
  }

  /** @param {import("./compare_other.js").Other} other */
  _makeStage(other) {
    this.labels = new LabelsPainter(other);
    return new Stage(this.map, [
      new UnderPainter(other), new UnitsPainter(other.ground, other.shading),
      new LinesPainter(other.ground, other.plan, other.options), new OverPainter(other),
      new AccountsPainter(other), this.labels, new MarksPainter(this.app, this.way === "side"),
    ]);
  }

  /** Shows other numbers in the same place. @param {import("./compare_other.js").Other} other */
  show(other) {
    const former = this.stage;
    this.stage = this._makeStage(other);
    this.stage.update(true);
    this.app.stage.twin = this.stage;
    this.stage.whenPainted(() => former.remove());
    if (this._tooltip) this._tooltip.app = tooltipApp(other, this.map, this.app);
  }

  /** Puts the same tiles under it as lie under the map. */
  layTiles() {
    const { L } = /** @type {any} */ (window);
    if (this.tiles) this.tiles.remove();
    const { layer } = this.app.base;
    this.tiles = layer ? L.tileLayer(layer._url, layer.options).addTo(this.map) : null;
    if (this.stage) this.stage.update(true);
  }

  /** Beside each other both maps show what the one has shown. */
  _begin() {
    const { map } = this.app;
    if (this.way === "swipe") return this._arrange();
    const bounds = map.getBounds(), zoom = map.getZoom();
    this._arrange();
    map.fitBounds(bounds, { animate: false });
    this._zoomedBy = zoom - map.getZoom();
  }

  /** Puts map and other map where they belong; whole pixels, or both would be blurred. */
  _arrange() {
    const width = document.documentElement.clientWidth;
    if (this.way === "side") {
      const left = Math.floor(width / 2);
      this.edge = left;
      this.clip.style.width = this.box.style.width = `${left}px`;
      this._main.style.left = `${left}px`;
      this._main.style.width = `${width - left}px`;
      this.app.map.invalidateSize({ animate: false });
      return;
    }
    this.box.style.width = `${width}px`;
    this.split(this._share);
  }

  resize() {
    this._arrange();
    this.map.invalidateSize({ animate: false });
    this.stage.update(true);
  }

  /** @param {number} share of the width that the other scenario has */
  split(share) {
    if (this.way !== "swipe") return;
    this._share = share;
    this.edge = Math.round(document.documentElement.clientWidth * share);
    this.clip.style.width = `${this.edge}px`;
  }

  /** The pointer on the other map: what lies under it is told, and marked on both.
   * @param {import("./compare_other.js").Other} other */
  _listen(other) {
    const { app, box, map } = this;
    const tooltip = new Tooltip(tooltipApp(other, map, app));
    this._tooltip = tooltip;
    box.addEventListener("pointermove", (e) => {
      if (e.buttons || map._animatingZoom) return;
      const from = box.getBoundingClientRect();
      const x = e.clientX - from.left, y = e.clientY - from.top;
      const u = app.ground.unitAt(...this.stage.stepsAt(x, y), app.ground.levels.at(this.stage.frame.level));
      app.tools.sketch({ hovered: u, candidates: [] });
      app.tools.tellHover(u);
      tooltip.show(u, x, y);
    });
    const leave = () => {
      tooltip.hide();
      app.tools.sketch({ hovered: -1, candidates: [] });
    };
    box.addEventListener("pointerleave", leave);
    box.addEventListener("pointerdown", () => tooltip.hide());
    box.addEventListener("contextmenu", (e) => e.preventDefault());
    map.on("movestart zoomstart", leave);
  }

  remove() {
    window.removeEventListener("resize", this._onResize);
    this._uncouple();
    // A zoom under way would end on a map that is no more.
    this.map._stop();
    if (this.map._animatingZoom) this.map._onZoomTransitionEnd();
    this.stage.remove();
    this.map.remove();
    this.clip.remove();
    delete this._main.dataset.compare;
    this._main.style.left = this._main.style.width = "";
    if (this.way !== "side") return;
    const { map } = this.app;
    map.invalidateSize({ animate: false });
    map.setView(map.getCenter(), map.getZoom() + this._zoomedBy, { animate: false });
  }
}

/**
 * What a label under the pointer needs of the app, on the other map.
 * @param {import("./compare_other.js").Other} other
 * @param {any} map
 * @param {any} app
 */
function tooltipApp(other, map, app) {
  return Object.assign(Object.create(app), { map, shading: other.shading, accountTip: { at: () => null } });
}
