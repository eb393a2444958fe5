// @ts-check
/**
 * What a canvas shows of each unit, so that a repaint can leave out what is already right.
 * Owns the memory of it; not what the numbers stand for (the painters).
 */
import { WORLD } from "./ground.js";

const UNKNOWN = -(2 ** 31);

export class Seen {
  /** @param {import("./ground.js").Ground} ground */
  constructor(ground) {
    this.ground = ground;
    this._value = new Int32Array(ground.nUnits).fill(UNKNOWN);
  }

  /** Forgets everything. */
  clear() {
    this._value.fill(UNKNOWN);
  }

  /**
   * Whether these units are shown as they should be.
   * @param {number[]} units
   * @param {(u: number) => number} valueOf
   */
  isSame(units, valueOf) {
    for (let n = 0; n < units.length; n++) if (this._value[units[n]] !== valueOf(units[n])) return false;
    return true;
  }

  /**
   * Notes that a rectangle has been painted; a unit that reaches beyond it, on the canvas, is known only if it was right.
   * @param {number[]} units
   * @param {(u: number) => number} valueOf
   * @param {import("./stage.js").Frame} frame
   * @param {import("./stage.js").Rect} rect
   */
  note(units, valueOf, frame, rect) {
    const { scale, ox, oy, width, height } = frame;
    const { box } = this.ground;
    const west = rect.x0 <= 0 ? -Infinity : (rect.x0 + ox) / scale, east = rect.x1 >= width ? Infinity : (rect.x1 + ox) / scale;
    const north = rect.y0 <= 0 ? -Infinity : (rect.y0 + oy) / scale;
    const south = rect.y1 >= height ? Infinity : (rect.y1 + oy) / scale;
    for (let n = 0; n < units.length; n++) {
      const u = units[n], value = valueOf(u);
      if (this._value[u] === value) continue;
      const i = u * 4;
      const isInside = box[i] >= west && box[i + 1] >= north && box[i + 2] <= east && box[i + 3] <= south;
      this._value[u] = isInside ? value : UNKNOWN;
    }
  }
}

/**
 * Whether the canvas shows one copy of the world only.
 * @param {import("./stage.js").Frame} frame
 */
export function isOneWorld(frame) {
  return frame.shift === 0 && frame.ox >= 0 && frame.ox + frame.width <= frame.scale * WORLD;
}
