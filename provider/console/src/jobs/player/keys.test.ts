import { expect, test } from "vitest";

import { commandOf } from "./keys";

const press = (key: string, held: object = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, ...held });

test("keys play, step and jump", () => {
  expect(commandOf(press("K"), "DIV")).toEqual({ do: "play" });
  expect(commandOf(press("."), "DIV")).toEqual({ do: "step", frames: 1 });
  expect(commandOf(press("3"), "DIV")).toEqual({ do: "jump", share: 0.3 });
});

test("keys of a focused element stay with it", () => {
  expect(commandOf(press(" "), "BUTTON")).toBeUndefined();
  expect(commandOf(press("ArrowLeft"), "INPUT")).toBeUndefined();
  expect(commandOf(press("f"), "SELECT")).toBeUndefined();
  expect(commandOf(press("f"), "BUTTON")).toEqual({ do: "fullscreen" });
});

test("keys with a modifier stay with the browser", () => expect(commandOf(press("f", { ctrlKey: true }), "DIV")).toBeUndefined());
