// @ts-check
/**
 * Starts the page: reads its configuration, then waits for Python (window) or shows what the file holds (export).
 * Owns the order of the beginning only.
 */
import { App } from "./app.js";
import { Context } from "./context.js";
import { inlinedPacked } from "./packed.js";
import { Reader } from "./reader.js";
import { AccountTexts } from "./reader_texts.js";
import { setTexts } from "./text.js";

/**
 * @param {string} id
 */
function inlinedJson(id) {
  const element = document.getElementById(id);
  return JSON.parse((element && element.textContent) || "{}");
}

/** Reads the page's configuration and begins. */
async function start() {
  const config = inlinedJson("tm-config");
  setTexts(config.strings, config.locale);
  const map = /** @type {any} */ (window)[config.map];
  const app = new App(map, config);
  /** @type {any} */ (window).__tm = app;
  if (config.mode === "window") {
    await app.bridge.connect();
    app.send({ kind: "ready" });
    return;
  }
  app.context = new Context(await inlinedPacked("tm-context", "context"));
  app.build(await inlinedPacked("tm-geometry", "geometry"));
  app.plan.setValues(await inlinedPacked("tm-values", "values"));
  const accounts = await inlinedPacked("tm-accounts", "accounts");
  app.plan.setAccounts(accounts);
  app.accounts.setPoints(accounts);
  app.accounts.offer(await inlinedPacked("tm-account-colors", "account_colors"));
  const texts = new AccountTexts(await inlinedPacked("tm-account-texts", "account_texts"));
  app.accountTip.known = texts;
  app.setState(inlinedJson("tm-state"));
  app.reader = new Reader(app, texts);
  app.camera.fitAgain();
  app.reader.follow();
  document.documentElement.dataset.ready = "true";
}

start();
