// @ts-check
/**
 * What is marked on the map of the other scenario: the unit under the pointer and the selected units, as on the map in
 * use. Owns these two outlines; who is selected is choice.js's.
 */
import { theme } from "./theme.js";

export class MarksPainter {
  /**
   * @param {any} app
   * @param {boolean} isBeside whether the other map lies beside; over the map in use that one's own marks are seen
   */
  constructor(app, isBeside) {
    this.name = "overlay";
    this.app = app;
    this.isBeside = isBeside;
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   */
  paint(ctx, frame) {
    const { choice, overlay } = this.app;
    ctx.lineJoin = "round";
    if (choice.units.size) {
      this._outline(ctx, frame, [...choice.units], (u) => choice.units.has(u));
      ctx.fillStyle = theme.isDark ? "rgba(255,255,255,0.16)" : "rgba(16,36,58,0.13)";
      ctx.fill();
      ctx.setLineDash([5, 3.5]);
      this._stroke(ctx, theme.selected, 4, 2);
      ctx.setLineDash([]);
    }
    const { hovered } = overlay.sketch;
    if (hovered >= 0) {
      this._outline(ctx, frame, [hovered], (u) => u === hovered);
      this._stroke(ctx, theme.hover, 3, 1.4);
    }
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {number[]} units
   * @param {(u: number) => boolean} isIn
   */
  _outline(ctx, frame, units, isIn) {
    const { ground } = this.app;
    ctx.beginPath();
    ground.tracePath(ctx, ground.boundary(units, isIn), ground.levels.at(frame.level), frame);
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {string} color
   * @param {number} casing px
   * @param {number} width px
   */
  _stroke(ctx, color, casing, width) {
    ctx.strokeStyle = theme.selectedCasing;
    ctx.lineWidth = casing;
    ctx.stroke();
    ctx.strokeStyle = color;
    ctx.lineWidth = width;
    ctx.stroke();
  }
}
