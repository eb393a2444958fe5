// @ts-check
/**
 * Small maps of the lands far off (Alaska, Hawaii, Puerto Rico) at the foot of the map, in the colours of the map, live.
 * Point for what a unit is, click to fly there; the brush paints into them.
 * Owns their markup, canvases and pointer; not which lands they are (far_lands.js).
 */
import { AccountsPainter } from "./accounts_painter.js";
import { make } from "./markup.js";
import { UnderPainter } from "./context.js";
import { farLands } from "./far_lands.js";
import { WORLD } from "./ground.js";
import { LinesPainter } from "./lines.js";
import { t } from "./text.js";
import { theme } from "./theme.js";
import { UnitsPainter } from "./units.js";

const SHARE = 0.185; // of the map's height
const LOWEST_PX = 58, HIGHEST_PX = 116;
const LOWEST_MAP_PX = 230; // of the map: in a lower one insets would hide the plan
const ROOM = 0.66; // of the map's width, for all insets together; the lands of fewest units go first
const GAP_PX = 8;
const MARGIN = 0.06;
const SLIMMEST = 0.95, WIDEST = 1.5; // width over height
const FOOT_PX = 40; // of the map, under which the scale bar and the attribution lie
const IN_VIEW = 0.55; // of a land on the map itself, from which its inset is needless

export class Insets {
  /** @param {any} app */
  constructor(app) {
    this.app = app;
    this.west = make("div", "tm-insets");
    this.east = make("div", "tm-insets tm-insets-east");
    this.west.hidden = this.east.hidden = true;
    app.map.getContainer().append(this.west, this.east);
    /** @type {Inset[]} */
    this.list = [];
  }

  /** Finds the lands of a new unit layer. */
  build() {
    const { ground } = this.app;
    const [west, south, east, north] = ground.meta.home;
    const home = [...steps(west, north), ...steps(east, south)];
    this.list = farLands(ground, home).map((land) => new Inset(this.app, land));
    // Each on the side of the map where its land lies; across 180 degrees is the nearer way for some.
    const middle = (home[0] + home[2]) / 2;
    const isEast = (/** @type {Inset} */ { land }) => {
      const away = ((land.box[0] + land.box[2]) / 2 - middle) / WORLD;
      return away - Math.round(away) > 0;
    };
    this.west.replaceChildren(...this.list.filter((inset) => !isEast(inset)).map((inset) => inset.box));
    this.east.replaceChildren(...this.list.filter(isEast).map((inset) => inset.box));
  }

  clear() {
    this.list = [];
    for (const side of [this.west, this.east]) {
      side.replaceChildren();
      side.hidden = true;
    }
  }

  /** Shows what is wanted now, and paints what has changed. Cheap where nothing has. */
  refresh() {
    const { app } = this;
    const isHidden = !app.options.show_insets || !this.list.length || !app.plan || app.plan.rev < 0;
    this.west.hidden = this.east.hidden = isHidden;
    if (isHidden) return;
    const height = Math.round(Math.min(HIGHEST_PX, Math.max(LOWEST_PX, app.map.getSize().y * SHARE)));
    const size = app.map.getSize();
    let room = size.y < LOWEST_MAP_PX ? 0 : size.x * ROOM;
    for (const inset of this.list) room -= inset.refresh(height, room);
  }
}

class Inset {
  /**
   * @param {any} app
   * @param {import("./far_lands.js").FarLand} land
   */
  constructor(app, land) {
    this.app = app;
    this.land = land;
    this.box = /** @type {HTMLElement} */ (make("div", "tm-inset"));
    this.box.setAttribute("role", "button");
    this.box.tabIndex = 0;
    this.box.setAttribute("aria-label", t("inset_help", { name: land.name }));
    this.canvas = document.createElement("canvas");
    this.box.append(this.canvas, make("span", "tm-inset-name", land.name));
    const under = {
      get context() {
        return app.context;
      },
      base: { get hasContext() { return app.base.hasContext; }, open() {} },
    };
    this._under = new UnderPainter(/** @type {any} */ (under));
    /** @type {{painter: any, canvas: HTMLCanvasElement}[]} painters that own their canvas's pixels */
    this._sheets = [
      new UnitsPainter(app.ground, app.shading), new LinesPainter(app.ground, app.plan, app.options),
      new AccountsPainter(app, land.box),
    ]
      .map((painter) => ({ painter, canvas: document.createElement("canvas") }));
    this._painted = "";
    /** @type {any} */ this.frame = null;
    this._listen();
  }

  /**
   * Shows the land as it is now; returns the width that it takes.
   * @param {number} height px
   * @param {number} room px of width that are left
   */
  refresh(height, room) {
    const width = this._width(height) + GAP_PX;
    const isHidden = this._isInView() || width > room;
    this.box.hidden = isHidden;
    if (isHidden) return 0;
    const state = this._state(height);
    if (state !== this._painted) {
      this._painted = state;
      this.frame = this._fit(height);
      this._paint();
    }
    return width;
  }

  /** @param {number} height px */
  _width(height) {
    const [wide, high] = this._span();
    return Math.round(height * Math.min(WIDEST, Math.max(SLIMMEST, wide / high)));
  }

  /** Width and height of what is shown, in map steps. */
  _span() {
    const [west, north, east, south] = this.land.box;
    const margin = MARGIN * Math.max(east - west, south - north);
    return [east - west + 2 * margin, south - north + 2 * margin];
  }

  /** Whether the map itself shows the land, so that the inset only hides other things. */
  _isInView() {
    const { frame } = this.app.stage;
    const [west, north, east, south] = this.land.box;
    const left = Math.max(west, (frame.ox + frame.pad) / frame.scale), top = Math.max(north, (frame.oy + frame.pad) / frame.scale);
    const right = Math.min(east, (frame.ox + frame.width - frame.pad) / frame.scale);
    const bottom = Math.min(south, (frame.oy + frame.height - frame.pad - FOOT_PX) / frame.scale);
    return right > left && bottom > top && (right - left) * (bottom - top) > IN_VIEW * (east - west) * (south - north);
  }

  /**
   * All that the picture depends on, as a text.
   * @param {number} height
   */
  _state(height) {
    const { app } = this;
    const { shading, plan } = app;
    const parts = [height, window.devicePixelRatio, theme.isDark, Boolean(app.context), app.base.hasContext, app.options.show_unit_borders];
    const { frame } = app.stage, { cells, n } = app.accounts;
    parts.push(app.options.show_accounts && n ? `${app.accounts.version} ${cells.scale(frame, cells.at(frame)).perValue}` : "");
    for (const u of this.land.units) {
      const group = shading.groupOf(u);
      parts.push(`${plan.shown[u]} ${shading.fill(group)} ${shading.alpha(group)} ${plan.isLocked(u)}`);
    }
    return parts.join(";");
  }

  /** @param {number} height */
  _fit(height) {
    const [west, north, east, south] = this.land.box;
    const [wide, high] = this._span();
    const width = this._width(height);
    const scale = Math.min(width / wide, height / high);
    const dpr = window.devicePixelRatio || 1;
    const zoom = Math.log2((scale * WORLD) / 256);
    const whole = (/** @type {number} */ v) => Math.round(v * dpr) / dpr;
    return {
      scale, zoom, dpr, width, height, pad: 0, shift: 0, level: Math.ceil(zoom + Math.log2(dpr) - 0.01),
      ox: whole(((west + east) / 2) * scale - width / 2), oy: whole(((north + south) / 2) * scale - height / 2),
    };
  }

  _paint() {
    const { frame, canvas } = this;
    const rect = { x0: 0, y0: 0, x1: frame.width, y1: frame.height };
    const ctx = begin(canvas, frame);
    canvas.style.width = `${frame.width}px`;
    canvas.style.height = `${frame.height}px`;
    this._under.paint(ctx, frame, rect);
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    for (const sheet of this._sheets) {
      sheet.painter.paint(begin(sheet.canvas, frame), frame, rect);
      ctx.drawImage(sheet.canvas, 0, 0);
    }
  }

  // -- pointer --------------------------------------------------------------------------------------------------------

  _listen() {
    const { box, app } = this;
    for (const name of ["dblclick", "wheel", "mousedown", "contextmenu"]) box.addEventListener(name, (e) => e.stopPropagation());
    box.addEventListener("pointerdown", (e) => this._press(e));
    box.addEventListener("pointermove", (e) => this._move(e));
    box.addEventListener("pointerup", (e) => this._release(e));
    box.addEventListener("pointerleave", () => app.tooltip.hide());
    box.addEventListener("keydown", (e) => {
      if (e.key !== "Enter") return;
      e.stopPropagation();
      this.fly();
    });
  }

  /** Shows the land on the map itself. */
  fly() {
    const [west, north, east, south] = this.land.box;
    const [w, n] = degrees(west, north), [e, s] = degrees(east, south);
    this.app.flyTo([w, s, e, n]);
  }

  /** @param {PointerEvent} e */
  _press(e) {
    e.stopPropagation();
    const { app } = this;
    if (e.button !== 0 || app.tools.stroke) return;
    if (e.altKey && app.mode === "window") {
      const u = this._unitAt(e);
      if (u >= 0) app.choice.pickTarget(app.plan.shown[u]);
      return;
    }
    if (app.mode !== "window" || app.tools.tool !== "brush") {
      this.fly();
      return;
    }
    if (!app.tools.beginStroke()) return;
    this.box.setPointerCapture(e.pointerId);
    this._take(e);
  }

  /** @param {PointerEvent} e */
  _move(e) {
    const { app } = this;
    e.stopPropagation();
    if (this.box.hasPointerCapture(e.pointerId) && app.tools.stroke) {
      this._take(e);
      return;
    }
    const from = app.map.getContainer().getBoundingClientRect();
    if (!app.tools.stroke) app.tooltip.show(this._unitAt(e), e.clientX - from.left, e.clientY - from.top);
  }

  /** @param {PointerEvent} e */
  _release(e) {
    const { app } = this;
    e.stopPropagation();
    const { stroke } = app.tools;
    if (!this.box.hasPointerCapture(e.pointerId) || !stroke) return;
    app.tools.endStroke();
    app.edits.commit(stroke);
  }

  /** @param {PointerEvent} e */
  _take(e) {
    const { app } = this;
    const u = this._unitAt(e);
    if (u >= 0) app.tools.stroke.add(app.levels.grow([u]));
    const from = app.map.getContainer().getBoundingClientRect();
    app.card.show(app.tools.stroke, e.clientX - from.left, e.clientY - from.top);
    app.stage.ask("overlay");
  }

  /** @param {PointerEvent} e */
  _unitAt(e) {
    const { frame, app } = this;
    if (!frame) return -1;
    const box = this.canvas.getBoundingClientRect();
    const x = (e.clientX - box.left + frame.ox) / frame.scale, y = (e.clientY - box.top + frame.oy) / frame.scale;
    return app.ground.unitAt(x, y, app.ground.levels.at(frame.level));
  }
}

/**
 * Makes a canvas empty and as large as the frame.
 * @param {HTMLCanvasElement} canvas
 * @param {import("./stage.js").Frame} frame
 */
function begin(canvas, frame) {
  const width = Math.round(frame.width * frame.dpr), height = Math.round(frame.height * frame.dpr);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const ctx = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  ctx.setTransform(1, 0, 0, 1, 0, 0);
  ctx.clearRect(0, 0, width, height);
  ctx.setTransform(frame.dpr, 0, 0, frame.dpr, 0, 0);
  return ctx;
}

/**
 * @param {number} lon
 * @param {number} lat
 */
function steps(lon, lat) {
  const y = 0.5 - Math.atanh(Math.sin((lat * Math.PI) / 180)) / (2 * Math.PI);
  return [(lon / 360 + 0.5) * WORLD, y * WORLD];
}

/**
 * @param {number} x
 * @param {number} y
 * @returns {[number, number]}
 */
function degrees(x, y) {
  const lat = (Math.asin(Math.tanh((0.5 - y / WORLD) * 2 * Math.PI)) * 180) / Math.PI;
  return [(x / WORLD - 0.5) * 360, lat];
}
