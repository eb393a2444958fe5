// @ts-check
/**
 * The tools of the map in the order of the tool bar. A new tool is one new file and a line here.
 */
import { AccountsGesture } from "./gesture_accounts.js";
import { BorderGesture } from "./gesture_border.js";
import { CutGesture } from "./gesture_cut.js";
import { DrawGesture } from "./gesture_draw.js";
import { BrushGesture, LassoGesture, RectangleGesture } from "./gesture_paint.js";
import { PanGesture, PickGesture } from "./gesture_pick.js";
import { FillGesture } from "./gesture_fill.js";
import { HomeGesture } from "./gesture_home.js";

export const GESTURES = [
  PanGesture, PickGesture, AccountsGesture, BrushGesture, LassoGesture, RectangleGesture, FillGesture, BorderGesture,
  DrawGesture, CutGesture,
  HomeGesture, // no tool of the bar: a command takes it up
];
