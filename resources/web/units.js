// @ts-check
/**
 * Fills the units with the colours of their groups of the shading.
 * Owns when pixels are scanned anew and when a new colour is enough; scanning is in cells.js, lines are in lines.js.
 */
import { Cells, packedColor } from "./cells.js";
import { isOneWorld, Seen } from "./seen.js";

export class UnitsPainter {
  /**
   * @param {import("./ground.js").Ground} ground
   * @param {import("./shading.js").Shading} shading
   */
  constructor(ground, shading) {
    this.name = "units";
    this.ground = ground;
    this.shading = shading;
    this.cells = new Cells();
    this._seen = new Seen(ground);
    this._code = new Int32Array(ground.nUnits); // group + 1 of the units in the rectangle, 0 for all others
    /** @type {number[]} */
    this._found = [];
    this._scale = 0;
    this._ox = 0;
    this._oy = 0;
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {import("./stage.js").Rect} rect
   */
  paint(ctx, frame, rect) {
    const { ground, shading, cells, _found: found } = this;
    const { scale, ox, oy, dpr } = frame;
    this._follow(ctx.canvas, frame);
    ground.tree.query(
      (rect.x0 - 1 + ox) / scale, (rect.y0 - 1 + oy) / scale, (rect.x1 + 1 + ox) / scale, (rect.y1 + 1 + oy) / scale, found,
    );
    const box = {
      x0: Math.round(rect.x0 * dpr), y0: Math.round(rect.y0 * dpr), x1: Math.round(rect.x1 * dpr), y1: Math.round(rect.y1 * dpr),
    };
    const codeOf = (/** @type {number} */ u) => shading.groupOf(u) + 1;
    if (frame.shift !== 0 || !isOneWorld(frame) || !cells.covers(box) || !this._seen.isSame(found, codeOf)) {
      const view = { scale: scale * dpr, ox: ox * dpr, oy: oy * dpr };
      for (const u of found) this._code[u] = codeOf(u);
      cells.scan(ground, ground.levels.at(frame.level), found, this._code, view, box);
      for (const u of found) this._code[u] = 0;
      this._seen.note(found, codeOf, frame, rect);
    }
    cells.put(ctx, this._colors(), box);
  }

  /**
   * The stage has moved the picture by whole device pixels.
   * @param {number} px
   * @param {number} py
   */
  shift(px, py) {
    this.cells.shift(px, py);
    this._ox -= px;
    this._oy -= py;
  }

  /**
   * Forgets the numbers if the canvas shows another view.
   * @param {HTMLCanvasElement} canvas
   * @param {import("./stage.js").Frame} frame
   */
  _follow(canvas, frame) {
    const { cells } = this;
    const scale = frame.scale * frame.dpr, ox = Math.round((frame.ox + frame.shift) * frame.dpr), oy = Math.round(frame.oy * frame.dpr);
    const isSame = scale === this._scale && ox === this._ox && oy === this._oy &&
      canvas.width === cells.width && canvas.height === cells.height;
    if (isSame) return;
    cells.reset(canvas.width, canvas.height);
    this._seen.clear();
    this._scale = scale;
    this._ox = ox;
    this._oy = oy;
  }

  _colors() {
    const { shading } = this;
    const colors = new Uint32Array(shading.nGroups + 1);
    for (let group = 0; group < shading.nGroups; group++) {
      colors[group + 1] = packedColor(shading.fill(group), shading.alpha(group));
    }
    return colors;
  }
}
