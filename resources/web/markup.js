// @ts-check
/**
 * Small parts of what stands over the map: an element, a chip with an index, a bar with a tolerance; and where a label
 * stands. Owns their markup; what they say is up to cards and tips.
 */
import { percent } from "./text.js";

const BAR_REACH = 0.5; // the bar shows indices 0.5 .. 1.5

/**
 * @param {string} tag
 * @param {string} className
 * @param {string} [text]
 */
export function make(tag, className, text) {
  const element = document.createElement(tag);
  element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

/**
 * @param {number | null} index
 * @param {number} tolerance
 */
export function stateOf(index, tolerance) {
  if (index === null) return "none";
  return index > 1 + tolerance ? "over" : index < 1 - tolerance ? "under" : "inside";
}

/**
 * @param {number | null} index
 * @param {number} tolerance
 */
export function indexText(index, tolerance) {
  const sign = { over: "▲ ", under: "▼ ", inside: "✓ ", none: "" }[stateOf(index, tolerance)];
  return sign + percent(index);
}

/**
 * A bar around 1.00 with the tolerance band, where the index was and where it is.
 * @param {number} tolerance
 * @param {number | null} before
 * @param {number | null} now
 */
export function bar(tolerance, before, now) {
  const element = make("span", "tm-bar");
  const band = make("span", "tm-bar-band");
  band.style.left = `${place(1 - tolerance)}%`;
  band.style.right = `${100 - place(1 + tolerance)}%`;
  element.append(band, make("span", "tm-bar-even"));
  if (before !== null) {
    const ghost = make("span", "tm-bar-ghost");
    ghost.style.left = `${place(before)}%`;
    element.append(ghost);
  }
  if (now !== null) {
    const fill = make("span", `tm-bar-fill tm-${stateOf(now, tolerance)}`);
    const from = place(1), to = place(now);
    fill.style.left = `${Math.min(from, to)}%`;
    fill.style.width = `${Math.abs(to - from)}%`;
    const mark = make("span", `tm-bar-mark tm-${stateOf(now, tolerance)}`);
    mark.style.left = `${to}%`;
    element.append(fill, mark);
  }
  return element;
}

/** @param {number} index */
function place(index) {
  return 50 + (50 * Math.max(-BAR_REACH, Math.min(BAR_REACH, index - 1))) / BAR_REACH;
}

/**
 * Puts a label beside a point, within the map and never over the point itself.
 * @param {HTMLElement} element
 * @param {{x: number, y: number}} size of the map
 * @param {number} x
 * @param {number} y
 * @param {number} dx how far from the point
 * @param {number} dy
 */
export function placeBeside(element, size, x, y, dx, dy) {
  const width = element.offsetWidth, height = element.offsetHeight;
  const left = x + dx + width > size.x - 8 && x - dx - width >= 8 ? x - dx - width : x + dx;
  const top = y + dy + height > size.y - 8 && y - dy - height >= 8 ? y - dy - height : y + dy;
  const inX = Math.max(8, Math.min(size.x - 8 - width, left)), inY = Math.max(8, Math.min(size.y - 8 - height, top));
  element.style.transform = `translate(${inX}px, ${inY}px)`;
}

/**
 * Puts a label at a side of a box where it fits, and leaves it at that side while it does; else into the corner of the
 * map that is farthest from the pointer.
 * @param {HTMLElement} element
 * @param {{x: number, y: number}} size of the map
 * @param {[number, number, number, number]} box left, top, right, bottom
 * @param {number[]} pointer
 * @param {number} side where it stands now, -1 = nowhere
 * @returns {number} the side
 */
export function placeAround(element, size, box, pointer, side) {
  const width = element.offsetWidth, height = element.offsetHeight, gap = 22, edge = 8;
  const [left, top, right, bottom] = box;
  const fits = (/** @type {number} */ at, /** @type {number} */ extent, /** @type {number} */ most) =>
    at >= edge && at + extent <= most - edge;
  const inX = (/** @type {number} */ x) => Math.max(edge, Math.min(size.x - edge - width, x));
  const inY = (/** @type {number} */ y) => Math.max(edge, Math.min(size.y - edge - height, y));
  const middleX = inX((left + right - width) / 2), middleY = inY((top + bottom - height) / 2);
  const places = [[left - gap - width, middleY], [right + gap, middleY], [middleX, top - gap - height], [middleX, bottom + gap]];
  const good = places.map(([x, y]) => fits(x, width, size.x) && fits(y, height, size.y));
  const best = side >= 0 && side < 4 && good[side] ? side : good.indexOf(true);
  const corner = [
    pointer[0] > size.x / 2 ? 64 : size.x - edge - width, // the zoom buttons and the legend keep their places
    pointer[1] > size.y / 2 ? edge : size.y - 64 - height,
  ];
  const [x, y] = best >= 0 ? places[best] : [inX(corner[0]), inY(corner[1])];
  element.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  return best >= 0 ? best : 4;
}
