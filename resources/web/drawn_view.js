// @ts-check
/**
 * The picture of a line that is drawn: its points, the rubber band to the pointer, and the units that it means.
 * Owns these looks only.
 */
import { theme } from "./theme.js";

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {import("./stage.js").Frame} frame
 * @param {number[]} line x, y ... in map steps, the place of the pointer last
 * @param {number[]} marks positions in the line of points that were set
 * @param {{isArea: boolean, isClosing: boolean}} kind isArea: its end belongs to its begin
 */
export function paintLine(ctx, frame, line, marks, { isArea, isClosing }) {
  const { scale, oy } = frame;
  const ox = frame.ox + frame.shift; // where it was drawn, not in every copy of the world
  const at = (/** @type {number} */ i) => /** @type {[number, number]} */ ([line[i] * scale - ox, line[i + 1] * scale - oy]);
  const trace = () => {
    ctx.beginPath();
    for (let i = 0; i < line.length; i += 2) ctx.lineTo(...at(i));
  };
  if (isArea || isClosing) {
    trace();
    ctx.closePath();
    ctx.globalAlpha = 0.12;
    ctx.fillStyle = theme.grip;
    ctx.fill("evenodd");
    ctx.globalAlpha = 1;
    ctx.beginPath();
    ctx.moveTo(...at(line.length - 2));
    ctx.lineTo(...at(0));
    ctx.setLineDash([3, 5]);
    stroke(ctx, theme.selectedCasing, 4);
    stroke(ctx, theme.grip, 2);
    ctx.setLineDash([]);
  }
  trace();
  stroke(ctx, theme.selectedCasing, 5.5);
  trace();
  stroke(ctx, theme.grip, 2.75);
  for (const i of marks) {
    const isFirst = i === 0;
    ctx.beginPath();
    ctx.arc(...at(i), isFirst ? (isClosing ? 8 : 5.5) : 3.5, 0, 2 * Math.PI);
    ctx.fillStyle = isFirst && isClosing ? theme.grip : theme.selectedCasing;
    ctx.fill();
    stroke(ctx, isFirst && isClosing ? theme.selectedCasing : theme.grip, 2);
  }
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {import("./stage.js").Frame} frame
 * @param {import("./ground.js").Lines} lines
 * @param {import("./ground.js").Ground} ground
 * @param {number[]} signed arcs around the units
 * @param {string} color
 * @param {number} alpha of the fill
 */
export function paintUnits(ctx, frame, lines, ground, signed, color, alpha) {
  if (!signed.length) return;
  ctx.beginPath();
  ground.tracePath(ctx, signed, lines, frame);
  ctx.globalAlpha = alpha;
  ctx.fillStyle = color;
  ctx.fill();
  ctx.globalAlpha = 1;
  stroke(ctx, theme.selectedCasing, 3.5);
  stroke(ctx, color, 2);
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {string} style
 * @param {number} width
 */
function stroke(ctx, style, width) {
  ctx.strokeStyle = style;
  ctx.lineWidth = width;
  ctx.stroke();
}
