// @ts-check
/**
 * What each message of Python means to the page. Owns the dispatch; what is done stands with whoever does it.
 */

/** What speaks of units or territories by their position: it goes with one unit layer and no other. */
const OF_THE_LAYER = new Set([
  "values", "unit_values", "limits", "disruption", "state", "patch", "ack", "refuse", "selection", "home_lines", "levels",
  "account_texts", "accounts", "conflicts", "coverage", "mark", "shading", "compare", "compare_shading", "proposal",
  "second", "solving", "probed",
]);

/**
 * @param {any} app
 * @param {any} message
 * @returns {void | Promise<void>}
 */
export function receive(app, message) {
  if (app.isLayerMissed && OF_THE_LAYER.has(message.kind)) return;
  switch (message.kind) {
    case "load": return app.load(message);
    case "context": return app.loadContext(message);
    case "values": return app.loadValues(message);
    case "unit_values": return app.plan && !app.areValuesMissed ? app.plan.patchValues(message) : undefined;
    case "limits": return app.loadLimits(message);
    case "disruption": return app.plan && app.plan.limits ? app.plan.limits.patch(message) : undefined;
    case "state": return app.setState(message);
    case "patch": return app.setPatch(message);
    case "ack": return app.edits.confirm(message);
    case "refuse": return app.edits.refuse(message);
    case "selection": return app.choice.take(message);
    case "target": return app.choice.setTarget(message.is_set ? message.territory : undefined);
    case "tool":
      app.tools.setTool(message.tool);
      return app.tools.setRadius(message.radius);
    case "home_lines": return app.homes.take(message);
    case "place_home": return app.tools.gestures.get("home").arm(message.rep, message.name);
    case "levels": return app.levels.take(message);
    case "level": return app.levels.choose(message.at);
    case "account_texts": return app.accountTip.take(message);
    case "accounts": return app.accounts.take(message);
    case "option": return app.setOption(message.name, message.value);
    case "fly": return message.bounds ? app.camera.flyTo(message.bounds) : app.camera.flyHome();
    case "glide": return app.plan ? app.camera.glide(message.bounds, message.is_smooth) : undefined;
    case "do": return act(app, message.what);
    case "measure": return app.setMeasure(message.name);
    case "base": return app.base.set(message);
    case "conflicts": return app.conflicts.take(message);
    case "coverage": return app.coverage.take(message);
    case "mark": return app.marked.take(message);
    case "shading": return app.setShading(message);
    case "compare": return app.compare.take(message);
    case "compare_shading": return app.compare.setShading(message);
    case "proposal": return app.proposal.take(message);
    case "second": return app.second.take(message);
    case "solving": return app.proposal.solve(message);
    case "hint": return app.hint.show(message.text, message.tone);
    case "probed": return app.tools.gesture.probed(message);
    case "drawing": return app.setDrawing(message);
    case "clear": return app.clear();
    default: throw new Error(`unknown message ${message.kind}`);
  }
}

/**
 * What the window's menu offers and the page does.
 * @param {any} app
 * @param {string} what
 */
function act(app, what) {
  if (!app.plan) return;
  if (what === "zoom_in") app.map.zoomIn();
  else if (what === "zoom_out") app.map.zoomOut();
  else if (what === "longer" || what === "shorter") app.tools.gesture.stretch(what === "longer" ? 1 : -1);
  else if (what === "pick_target") app.tools.arm();
  else if (what === "cursor") {
    app.tools.box.focus({ preventScroll: true });
    app.cursor.start();
  } else if (what === "cancel") app.tools.cancel();
  else if (what === "land") app.camera.flight.land();
}
