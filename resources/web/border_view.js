// @ts-check
/**
 * The picture of a border that is held: the stretch that follows the pointer, where it stands while it is pulled, and
 * which units were held back. Owns these looks only.
 */
import { theme } from "./theme.js";

const KNOB_PX = 5;

/**
 * The stretch under the pointer, stronger where it will follow more.
 * @param {CanvasRenderingContext2D} ctx
 * @param {import("./stage.js").Frame} frame
 * @param {import("./grip.js").Grip} grip
 * @param {boolean} isLocked
 */
export function paintGrip(ctx, frame, grip, isLocked) {
  const at = placer(frame, grip);
  const color = isLocked ? theme.gripHeld : theme.grip;
  taper(ctx, grip, at, theme.selectedCasing, 3.5, 5);
  taper(ctx, grip, at, color, 1.5, 4);
  const [x, y] = at(grip.at[0], grip.at[1]);
  const [nx, ny] = grip.toLeft;
  if (!isLocked) {
    arrow(ctx, x + nx * 7, y + ny * 7, nx, ny, color);
    arrow(ctx, x - nx * 7, y - ny * 7, -nx, -ny, color);
  }
  knob(ctx, x, y, color);
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {import("./stage.js").Frame} frame
 * @param {import("./ground.js").Lines} lines
 * @param {import("./ground.js").Ground} ground
 * @param {import("./grip.js").Grip} grip
 * @param {[number, number]} pull
 * @param {number[]} held units that were left alone
 */
export function paintPull(ctx, frame, lines, ground, grip, pull, held) {
  if (held.length) {
    const set = new Set(held);
    ctx.beginPath();
    ground.tracePath(ctx, ground.boundary(held, (u) => set.has(u)), lines, frame);
    ctx.globalAlpha = 0.3;
    ctx.fillStyle = theme.gripHeld;
    ctx.fill();
    ctx.globalAlpha = 1;
    line(ctx, theme.selectedCasing, 3.5);
    line(ctx, theme.gripHeld, 1.75);
  }
  const at = placer(frame, grip);
  const [dx, dy] = pull;
  const { xy, weight } = grip;
  const n = weight.length;
  ctx.beginPath();
  for (let i = 0; i < n; i++) ctx.lineTo(...at(xy[i * 2], xy[i * 2 + 1]));
  ctx.setLineDash([2, 5]);
  line(ctx, theme.selectedCasing, 4);
  line(ctx, theme.selected, 2);
  ctx.setLineDash([]);
  ctx.beginPath();
  for (let i = 0; i < n; i++) ctx.lineTo(...at(xy[i * 2] + dx * weight[i], xy[i * 2 + 1] + dy * weight[i]));
  line(ctx, theme.selectedCasing, 6);
  line(ctx, theme.grip, 3);
  const [x, y] = at(grip.at[0] + dx, grip.at[1] + dy);
  knob(ctx, x, y, theme.grip);
}

/**
 * Returns how map steps of the held copy of the world become px of the canvas.
 * @param {import("./stage.js").Frame} frame
 * @param {import("./grip.js").Grip} grip
 * @returns {(x: number, y: number) => [number, number]}
 */
function placer(frame, grip) {
  const { scale, oy } = frame;
  const ox = frame.ox + frame.shift - grip.shift * scale;
  return (x, y) => [x * scale - ox, y * scale - oy];
}

/**
 * A line whose width follows the weight.
 * @param {CanvasRenderingContext2D} ctx
 * @param {import("./grip.js").Grip} grip
 * @param {(x: number, y: number) => [number, number]} at
 * @param {string} style
 * @param {number} thin
 * @param {number} more
 */
function taper(ctx, grip, at, style, thin, more) {
  const { xy, weight } = grip;
  for (let i = 0; i < weight.length - 1; i++) {
    ctx.beginPath();
    ctx.moveTo(...at(xy[i * 2], xy[i * 2 + 1]));
    ctx.lineTo(...at(xy[i * 2 + 2], xy[i * 2 + 3]));
    line(ctx, style, thin + more * Math.min(weight[i], weight[i + 1]));
  }
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {number} x
 * @param {number} y
 * @param {string} color
 */
function knob(ctx, x, y, color) {
  ctx.beginPath();
  ctx.arc(x, y, KNOB_PX, 0, 2 * Math.PI);
  ctx.fillStyle = theme.selectedCasing;
  ctx.fill();
  line(ctx, color, 2.5);
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {number} x where it begins
 * @param {number} y
 * @param {number} nx direction, length 1
 * @param {number} ny
 * @param {string} color
 */
function arrow(ctx, x, y, nx, ny, color) {
  const tipX = x + nx * 11, tipY = y + ny * 11;
  ctx.beginPath();
  ctx.moveTo(tipX, tipY);
  ctx.lineTo(tipX - nx * 8 - ny * 6, tipY - ny * 8 + nx * 6);
  ctx.lineTo(tipX - nx * 8 + ny * 6, tipY - ny * 8 - nx * 6);
  ctx.closePath();
  line(ctx, theme.selectedCasing, 3.5);
  ctx.fillStyle = color;
  ctx.fill();
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {string} style
 * @param {number} width
 */
function line(ctx, style, width) {
  ctx.strokeStyle = style;
  ctx.lineWidth = width;
  ctx.stroke();
}
