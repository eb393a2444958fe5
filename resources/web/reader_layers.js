// @ts-check
/**
 * Switches for the layers of an exported page. Owns their markup; what each shows is up to the painters.
 */
import { make } from "./markup.js";
import { t } from "./text.js";

/** option and its words */
const SWITCHES = [
  ["show_labels", "layer_show_labels"], ["show_index", "layer_show_index"], ["show_accounts", "layer_show_accounts"],
  ["show_unit_borders", "layer_show_unit_borders"], ["show_context", "layer_show_context"], ["dark", "layer_dark"],
  ["large_labels", "layer_large_labels"],
];

export class LayerSwitches {
  /** @param {any} app */
  constructor(app) {
    this.app = app;
    this.element = make("details", "tm-layers");
    const grid = make("div", "tm-layers-list");
    for (const [name, words] of SWITCHES) {
      if (name !== "show_accounts" || app.accounts.n) grid.append(this._switch(name, t(words)));
    }
    this.element.append(make("summary", "tm-layers-head", t("layers")), grid);
  }

  /**
   * @param {string} name of the option
   * @param {string} words
   */
  _switch(name, words) {
    const label = make("label", "tm-layer"), box = /** @type {HTMLInputElement} */ (make("input", ""));
    box.type = "checkbox";
    box.name = name;
    box.checked = Boolean(this.app.options[name]);
    box.addEventListener("change", () => this.app.setOption(name, box.checked));
    label.append(box, make("span", "", words));
    return label;
  }
}
