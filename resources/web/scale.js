// @ts-check
/**
 * The scale bar in the units that readers of the page's language drive in, and the sign that north is up.
 * Owns their looks; the bar itself is Leaflet's.
 */
import { make } from "./markup.js";
import { t } from "./text.js";

const MILES = ["US", "GB", "LR", "MM", "PR", "VI", "GU"]; // regions whose road signs are in miles

/**
 * @param {HTMLElement} box the map's container
 * @param {string} locale BCP 47
 */
export function dressScale(box, locale) {
  const scale = box.querySelector(".leaflet-control-scale");
  if (!scale) return;
  scale.setAttribute("data-miles", String(hasMiles(locale)));
  const north = make("div", "tm-north", t("north"));
  north.title = t("north_up");
  scale.prepend(north);
}

/** @param {string} locale */
export function hasMiles(locale) {
  const region = new Intl.Locale(locale).maximize().region;
  return region !== undefined && MILES.includes(region);
}
