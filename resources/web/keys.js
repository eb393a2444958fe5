// @ts-check
/**
 * Keys on the map: tools, brush size, erase, eyedropper, Esc, and Space to pan while it is held.
 * Owns which key means what; the unit cursor's are in cursor.js, plus and minus are Leaflet's.
 */
import { t } from "./text.js";

export const RADII = [0, 6, 10, 16, 24, 36, 54, 80, 120];

export class Keys {
  /**
   * @param {any} app
   * @param {import("./tools.js").Tools} tools
   */
  constructor(app, tools) {
    this.app = app;
    this.tools = tools;
    window.addEventListener("keydown", (e) => this._down(e), true);
    window.addEventListener("keyup", (e) => this._up(e));
    window.addEventListener("blur", () => tools.setSpace(false));
  }

  /** @param {KeyboardEvent} e */
  _down(e) {
    const { app, tools } = this;
    if (e.key === "Tab" || e.key.startsWith("Arrow")) tools.box.dataset.keys = "true"; // shows where the focus is
    if (tools.isBusy) e.stopPropagation(); // Leaflet must not move the map under a gesture
    if (!app.ground || isTyping(e) || isOfDivider(e)) return;
    const isPlain = !e.ctrlKey && !e.metaKey;
    const isOfTool = isPlain && tools.isGestureOn && app.mode === "window" && tools.gesture.key(e);
    if (isOfTool || app.cursor.key(e)) {
      e.preventDefault();
      e.stopPropagation();
      return;
    }
    if (!isPlain) return;
    const act = this._actions()[e.key.length === 1 ? e.key.toLowerCase() : e.key];
    if (!act || (app.mode === "export" && e.key !== "Home")) return;
    act();
    e.preventDefault();
  }

  /** @param {KeyboardEvent} e */
  _up(e) {
    if (e.key === " ") this.tools.setSpace(false);
  }

  /** @returns {Record<string, () => void>} */
  _actions() {
    const { app, tools } = this;
    return {
      Escape: () => this._escape(),
      " ": () => tools.setSpace(true),
      "[": () => this._step(-1),
      "]": () => this._step(1),
      e: () => app.choice.toggleErase(),
      i: () => tools.arm(),
      h: () => this._choose("pan"),
      v: () => this._choose("pick"),
      a: () => this._choose("accounts"),
      b: () => this._choose("brush"),
      l: () => this._choose("lasso"),
      r: () => this._choose("rectangle"),
      d: () => this._choose("border"),
      f: () => this._choose("fill"),
      o: () => this._choose("draw"),
      x: () => this._choose("cut"),
      Home: () => app.camera.flyHome(),
    };
  }

  _escape() {
    if (this.tools.cancel() || this.tools.disarm() || this.app.cursor.stop() || this.app.compare.quit()
      || this.app.proposal.quit()) return;
    this.app.choice.pickUnits([], "replace");
  }

  /** @param {string} tool */
  _choose(tool) {
    const { app, tools } = this;
    if (tools.isBusy) return;
    tools.setTool(tool);
    app.send({ kind: "tool", tool: tools.tool, radius: tools.radius });
  }

  /** @param {number} by */
  _step(by) {
    const { app, tools } = this;
    const near = RADII.reduce((a, b) => (Math.abs(b - tools.radius) < Math.abs(a - tools.radius) ? b : a));
    const next = RADII.indexOf(near) + by;
    tools.setRadius(RADII[Math.max(0, Math.min(RADII.length - 1, next))]);
    app.send({ kind: "tool", tool: tools.tool, radius: tools.radius });
    app.hint.show(tools.radius ? t("brush_size", { n: tools.radius }) : t("brush_single"));
    if (tools.at.isInside && !tools.stroke) tools.hover();
  }
}

/** @param {KeyboardEvent} e */
function isTyping(e) {
  const target = /** @type {HTMLElement} */ (e.target);
  const tag = target ? target.tagName : "";
  return tag === "INPUT" || tag === "TEXTAREA" || (e.key === " " && tag === "BUTTON");
}

/**
 * The line between two scenarios is moved by keys of its own; all others are the map's.
 * @param {KeyboardEvent} e
 */
function isOfDivider(e) {
  const target = /** @type {HTMLElement} */ (e.target);
  const isHeld = Boolean(target && target.closest && target.closest(".tm-divider"));
  return isHeld && (e.key.startsWith("Arrow") || ["Home", "End", "PageUp", "PageDown", "Enter", " ", "Tab"].includes(e.key));
}
