// @ts-check
/**
 * The picture of the unit cursor. Owns its lines; not where it is (cursor.js).
 */
import { theme } from "./theme.js";

/**
 * A ring around the unit and a mark at the place, dark, light and coloured: seen on every fill.
 * @param {CanvasRenderingContext2D} ctx
 * @param {import("./stage.js").Frame} frame
 * @param {import("./ground.js").Ground} ground
 * @param {number} u
 * @param {[number, number]} place map steps
 * @param {boolean} isDown holds the button
 */
export function paintCursor(ctx, frame, ground, u, place, isDown) {
  ctx.beginPath();
  ground.tracePath(ctx, ground.boundary([u], (v) => v === u), ground.levels.at(frame.level), frame);
  ring(ctx);
  const x = place[0] * frame.scale - frame.ox - frame.shift, y = place[1] * frame.scale - frame.oy;
  ctx.beginPath();
  ctx.arc(x, y, isDown ? 5 : 8, 0, Math.PI * 2);
  ring(ctx);
  ctx.beginPath();
  ctx.arc(x, y, 2, 0, Math.PI * 2);
  ctx.fillStyle = theme.cursor;
  ctx.fill();
}

/** @param {CanvasRenderingContext2D} ctx */
function ring(ctx) {
  ctx.lineJoin = "round";
  for (const [style, width] of [[theme.selected, 7], [theme.selectedCasing, 5], [theme.cursor, 2.5]]) {
    ctx.strokeStyle = String(style);
    ctx.lineWidth = Number(width);
    ctx.stroke();
  }
}
