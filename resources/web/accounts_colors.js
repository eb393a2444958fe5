// @ts-check
/**
 * Colours of accounts that stand out from the fills below them. Owns the shades; kinds' colours come from Python.
 */
import { theme } from "./theme.js";

/**
 * A territory's colour, so much darker (on a dark map lighter) that a point is seen on the territory itself.
 * @param {string} color "#rrggbb"
 */
export function shadeOf(color) {
  const [toward, share] = theme.isDark ? [255, 0.55] : [0, 0.5];
  const parts = [1, 3, 5].map((i) => Math.round(parseInt(color.slice(i, i + 2), 16) * (1 - share) + toward * share));
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}
