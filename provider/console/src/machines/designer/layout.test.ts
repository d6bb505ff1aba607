import { globSync, readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { type Box, pictureOf } from "./layout";
import { type Machine, readMachine, scopesOf, statesOf } from "./machineModel";
import { svgOf } from "./svg";

const SHIPPED = globSync("../../include/state_machines/*.json").map((path) => [path, readFileSync(path, "utf8")] as const);
const isInside = (inner: Box, outer: Box): boolean =>
  inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.width <= outer.x + outer.width && inner.y + inner.height <= outer.y + outer.height;

test.each(SHIPPED)("each state of %s is inside its own scope only", (_, text) => {
  const machine = readMachine(text) as Machine;
  const picture = pictureOf(machine);
  expect(picture.states).toHaveLength(statesOf(machine).length);
  expect(picture.links).toHaveLength(scopesOf(machine.top).flatMap(({ links }) => links).length);
  for (const placed of picture.states) {
    for (const { scope, ...box } of picture.scopes) {
      const isOwn = [...scopesOf(scope)].some(({ states }) => states.some(({ id }) => id === placed.state.id));
      expect(isInside(placed, box), `${placed.state.name} in ${scope.path.join("/")}`).toBe(isOwn);
    }
  }
});

test("the picture for export is well formed where names are not", () => {
  const text = '{"StartAt": "<&\\">", "States": {"<&\\">": {"Type": "Pass", "End": true}}}';
  const picture = svgOf(pictureOf(readMachine(text) as Machine));
  expect(picture).toContain("&lt;&amp;&quot;&gt;");
  expect(picture).not.toContain("<&");
});
