// @ts-check
/**
 * Colours and line widths of the map, light and dark. Owns how things look; not territories' colours (palette.py).
 *
 * @typedef {{sea: string, land: string, lake: string, river: string, coast: string, stateLine: string,
 *   countryLine: string, fillAlpha: number, unassigned: string, unitLine: string, border: string, borderCasing: string,
 *   outer: string, hatch: string, selected: string, selectedCasing: string, hover: string, account: string,
 *   accountRing: string, outlineCasing: string, text: string, halo: string, place: string, placeHalo: string,
 *   over: string, under: string, inside: string, flash: string, conflict: string, coverage: string, cursor: string, isDark: boolean,
 *   grip: string, gripHeld: string, danger: string, shield: string, former: string, formerCasing: string}} Theme
 */

/** @type {Theme} */
const LIGHT = {
  isDark: false,
  sea: "#d5e1ea",
  land: "#f5f3ee",
  lake: "#cbdbe7",
  river: "rgba(120,160,196,0.55)",
  coast: "rgba(92,118,140,0.55)",
  stateLine: "rgba(60,66,78,0.34)",
  countryLine: "rgba(60,66,78,0.6)",
  fillAlpha: 0.88,
  unassigned: "rgba(255,255,255,0.55)",
  unitLine: "rgba(38,46,58,0.26)",
  border: "rgba(33,40,51,0.92)",
  borderCasing: "rgba(255,255,255,0.55)",
  outer: "rgba(33,40,51,0.5)",
  hatch: "rgba(20,26,34,0.3)",
  selected: "#10243a",
  selectedCasing: "#ffffff",
  hover: "#10243a",
  account: "rgba(22,30,42,0.66)",
  accountRing: "rgba(255,255,255,0.9)",
  outlineCasing: "rgba(255,255,255,0.9)",
  text: "#151c26",
  halo: "rgba(255,255,255,0.88)",
  place: "#3c4654",
  placeHalo: "rgba(255,255,255,0.78)",
  over: "#b4480a",
  under: "#1b62a8",
  inside: "#3d4753",
  grip: "#0b5fd3",
  gripHeld: "#b4480a",
  flash: "#d9480f",
  conflict: "#b3125f",
  coverage: "#6a1fb0",
  cursor: "#0b57d0",
  danger: "#c8102e",
  former: "#ffffff",
  formerCasing: "rgba(33,40,51,0.95)",
  shield: "#1f5132",
};

/** @type {Theme} */
const DARK = {
  isDark: true,
  sea: "#161d26",
  land: "#262c34",
  lake: "#1a2430",
  river: "rgba(96,136,176,0.45)",
  coast: "rgba(140,165,190,0.4)",
  stateLine: "rgba(225,232,240,0.26)",
  countryLine: "rgba(225,232,240,0.48)",
  fillAlpha: 0.9,
  unassigned: "rgba(255,255,255,0.07)",
  unitLine: "rgba(235,240,246,0.17)",
  border: "rgba(8,11,15,0.95)",
  borderCasing: "rgba(235,240,246,0.35)",
  outer: "rgba(8,11,15,0.75)",
  hatch: "rgba(255,255,255,0.26)",
  selected: "#ffffff",
  selectedCasing: "#0b1017",
  hover: "#ffffff",
  account: "rgba(226,232,240,0.72)",
  accountRing: "rgba(12,16,22,0.6)",
  outlineCasing: "rgba(12,16,22,0.85)",
  text: "#f2f5f9",
  halo: "rgba(14,18,24,0.85)",
  place: "#b9c3d0",
  placeHalo: "rgba(14,18,24,0.75)",
  over: "#ffb07a",
  under: "#8cc6ff",
  inside: "#c9d1da",
  grip: "#6db3ff",
  gripHeld: "#ffb07a",
  flash: "#ff9a4d",
  conflict: "#ff7fb2",
  coverage: "#cfa6ff",
  cursor: "#8cc6ff",
  danger: "#ff7080",
  former: "#f2f5f9",
  formerCasing: "rgba(8,11,15,0.95)",
  shield: "#9fe0b5",
};

export const theme = { ...LIGHT };

/** @param {boolean} isDark */
export function setDark(isDark) {
  Object.assign(theme, isDark ? DARK : LIGHT);
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
}

/**
 * Fill of a territory on this theme.
 * @param {import("./plan.js").Territory} territory
 */
export function fillOf(territory) {
  return theme.isDark ? territory.dark : territory.color;
}

export const FONT = '"Inter", "Segoe UI", "Helvetica Neue", "Noto Sans", "DejaVu Sans", "Noto Sans CJK SC", sans-serif';
