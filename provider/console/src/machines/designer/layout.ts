import { graphlib, layout as runDagre } from "@dagrejs/dagre";

import { idOf, type Link, type Machine, type Scope, type StateNode } from "./machineModel";

export interface Point {
  x: number;
  y: number;
}

export interface Box extends Point {
  width: number;
  height: number;
}

/** A state with its place; boxes have their left upper corner, points their middle. */
export interface PlacedState extends Box {
  state: StateNode;
  isContainer: boolean;
}

export interface PlacedLink {
  link: Link;
  points: Point[];
  /** Where the text of the link and its button are. */
  middle: Point;
}

export interface PlacedScope extends Box {
  scope: Scope;
  start: Point;
  end: Point | undefined;
}

export interface Picture {
  width: number;
  height: number;
  states: PlacedState[];
  links: PlacedLink[];
  scopes: PlacedScope[];
}

export const STATE = { width: 200, height: 56 };
export const HEADER = 40;
const PADDING = 16;
const LABEL = { width: 150, height: 30 };
const START = "start";
const END = "end";
const nameOf = (name: string): string => `state ${name}`;

/** Places all states of a machine from top to bottom; what is inside a state is inside its box. */
export const pictureOf = (machine: Machine): Picture => placeScope(machine.top);

function placeScope(scope: Scope): Picture {
  const inside = new Map(scope.states.map((state) => [state.name, placeInside(state)]));
  const graph = new graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: "TB", nodesep: 36, ranksep: 22, marginx: PADDING, marginy: PADDING });
  graph.setNode(START, { width: 20, height: 20 });
  for (const { name } of scope.states) graph.setNode(nameOf(name), { ...sizeOf(inside.get(name)) });
  const known = new Set(scope.states.map(({ name }) => name));
  const links = scope.links.filter(({ to }) => to === null || known.has(to));
  if (links.some(({ to }) => to === null)) graph.setNode(END, { width: 20, height: 20 });
  for (const link of links) {
    const from = link.from === null ? START : nameOf(link.from);
    const size = link.label ? LABEL : { width: 28, height: 28 };
    graph.setEdge(from, link.to === null ? END : nameOf(link.to), { ...size, labelpos: "c", weight: link.kind === "catch" ? 1 : 3 }, idOf(link.field));
  }
  runDagre(graph);
  return gather(scope, graph, links, inside);
}

const sizeOf = (inner: Picture | undefined) => (inner ? { width: Math.max(inner.width, STATE.width), height: inner.height + HEADER } : STATE);

/** The branches of a Parallel beside each other, or the inside of a Map; undefined for other states. */
function placeInside(state: StateNode): Picture | undefined {
  if (state.scopes.length === 0) return undefined;
  const all: Picture = { width: PADDING, height: 0, states: [], links: [], scopes: [] };
  for (const scope of state.scopes) {
    add(all, placeScope(scope), { x: all.width, y: PADDING });
    all.width += PADDING;
  }
  all.height += PADDING;
  return all;
}

function add(all: Picture, inner: Picture, by: Point): void {
  all.states.push(...inner.states.map((each) => moved(each, by)));
  all.scopes.push(...inner.scopes.map((each) => ({ ...moved(each, by), start: moved(each.start, by), end: each.end && moved(each.end, by) })));
  all.links.push(
    ...inner.links.map((each) => ({ ...each, middle: moved(each.middle, by), points: each.points.map((point) => moved(point, by)) })),
  );
  all.width = Math.max(all.width, by.x + inner.width);
  all.height = Math.max(all.height, by.y + inner.height);
}

const moved = <T extends Point>(place: T, by: Point): T => ({ ...place, x: place.x + by.x, y: place.y + by.y });

type Graph = InstanceType<typeof graphlib.Graph>;

function gather(scope: Scope, graph: Graph, links: Link[], inside: Map<string, Picture | undefined>): Picture {
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  const middleOf = (name: string): Point => {
    const { x, y } = graph.node(name) as Point;
    return { x, y };
  };
  const end = graph.hasNode(END) ? middleOf(END) : undefined;
  const all: Picture = { width, height, states: [], links: [], scopes: [{ scope, x: 0, y: 0, width, height, start: middleOf(START), end }] };
  for (const state of scope.states) {
    const { x, y, width: wide, height: high } = graph.node(nameOf(state.name)) as Box;
    const corner = { x: x - wide / 2, y: y - high / 2 };
    const inner = inside.get(state.name);
    all.states.push({ state, ...corner, width: wide, height: high, isContainer: inner !== undefined });
    if (inner) add(all, inner, { x: corner.x + (wide - inner.width) / 2, y: corner.y + HEADER });
  }
  for (const link of links) {
    const ends = [link.from === null ? START : nameOf(link.from), link.to === null ? END : nameOf(link.to)] as const;
    const { x, y, points } = graph.edge(...ends, idOf(link.field)) as Point & { points: Point[] };
    all.links.push({ link, points, middle: { x, y } });
  }
  return { ...all, width, height };
}

/** A smooth line through points, as the `d` of an SVG path. */
export function curve(points: readonly Point[]): string {
  const [first, ...others] = points;
  if (!first) return "";
  const last = others.at(-1) ?? first;
  const bends = others.slice(0, -1).map((point, index) => {
    const next = others[index + 1] ?? last;
    const half = index === others.length - 2 ? last : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    return `Q${round(point)} ${round(half)}`;
  });
  return `M${round(first)} ${bends.length > 0 ? bends.join(" ") : `L${round(last)}`}`;
}

const round = ({ x, y }: Point): string => `${x.toFixed(1)},${y.toFixed(1)}`;
