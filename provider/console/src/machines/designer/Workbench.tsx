import { Box, Button, Field, Grid, Heading, HStack, Input, Text, VStack } from "@chakra-ui/react";
import { type KeyboardEvent, useState } from "react";
import { NavLink } from "react-router-dom";

import { OriginBadge } from "../../definitions/DefinitionBadge";
import { t } from "../../i18n";
import { ROOT } from "../../parts/root";
import type { Definition } from "../../rest/definitions";
import type { MockRunResult } from "../../rest/machineTests";
import { Canvas } from "./Canvas";
import { DiagnosticList } from "./DiagnosticList";
import type { Dragged } from "./dragging";
import { connect, deleteState, insertState, moveState, type Spot } from "./edits";
import { Inspector } from "./Inspector";
import { pictureOf } from "./layout";
import { findState, idOf, isTerminal, type Machine, scopeAt, type StateNode, statesOf } from "./machineModel";
import { statusesOf } from "./mocks";
import { Palette } from "./Palette";
import { SaveBar } from "./SaveBar";
import { type PaletteItem, stateFrom } from "./stateKinds";
import { svgOf } from "./svg";
import { useChecks } from "./useChecks";
import { useDesigner } from "./useDesigner";

interface Props {
  opened: Definition | undefined;
  text: string;
  settings: string;
  /** Opens the saved version again. */
  onReload: () => void;
}

/** The designer: palette, canvas, and the panels about what is chosen. */
export function Workbench({ opened, text, settings: savedSettings, onReload }: Props) {
  const designer = useDesigner(text);
  const [saved, setSaved] = useState(opened);
  const [name, setName] = useState(opened?.name ?? "");
  const [settings, setSettings] = useState(savedSettings);
  const [dragged, setDragged] = useState<Dragged>();
  const [spot, setSpot] = useState<Spot>();
  const [run, setRun] = useState<MockRunResult>();
  const { machine, selected, isBroken } = designer;
  const readOnly = saved?.can_change === false;
  const checks = useChecks(designer.text, settings, name);
  const isChanged = designer.text !== (saved?.text ?? "") || settings !== (saved?.settings ?? "");

  const insert = (item: PaletteItem, place: Spot) => {
    if (!machine) return;
    const jsonata = machine.jsonata;
    designer.edit(insertState(designer.text, place, stateFrom(item, jsonata), item.name));
    setSpot(undefined);
    setDragged(undefined);
  };
  const drop = (place: Spot) => {
    if (dragged?.kind === "item") insert(dragged.item, place);
    if (dragged?.kind === "state" && place.kind === "link") designer.edit(moveState(designer.text, dragged.state, place.link));
    setDragged(undefined);
  };
  const join = (to: StateNode) => {
    if (dragged?.kind === "next" || dragged?.kind === "catch") designer.edit({ text: connect(designer.text, dragged.state, dragged.kind, to.name) });
    setDragged(undefined);
  };
  const drain = (state: StateNode) => designer.edit({ ...deleteState(designer.text, state.path), state: "" });
  const choose = (place: Spot) => {
    setSpot(place);
    document.querySelector<HTMLElement>("#designer-search")?.focus();
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key === "Escape") setSpot(undefined);
    const isTyping = (event.target as Element).closest("input, textarea, select, .cm-editor");
    if (isTyping || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
    event.preventDefault();
    if (event.shiftKey) designer.redo();
    else designer.undo();
  };
  const place = spot ?? (machine && spotAfter(machine, selected));
  return (
    <VStack align="stretch" gap={3} onKeyDown={keys}>
      <HStack wrap="wrap" justify="space-between" align="end" gap={3}>
        <Title saved={saved} name={name} onName={setName} isChanged={isChanged} />
        {readOnly ? (
          <Text color="fg.muted">{t("designerReadOnly")}</Text>
        ) : (
          <SaveBar
            opened={saved}
            name={name}
            text={designer.text}
            settings={settings}
            isChanged={isChanged}
            onSaved={setSaved}
            onTake={onReload}
          />
        )}
      </HStack>
      <HStack wrap="wrap" gap={1}>
        <Button size="xs" variant="outline" disabled={!designer.canUndo} onClick={designer.undo}>
          {t("designerUndo")}
        </Button>
        <Button size="xs" variant="outline" disabled={!designer.canRedo} onClick={designer.redo}>
          {t("designerRedo")}
        </Button>
        <Button size="xs" variant="outline" disabled={!machine} onClick={() => machine && download(`${name || "machine"}.svg`, machine)}>
          {t("designerExport")}
        </Button>
        <Text as="output" fontSize="sm" color="fg.muted">
          {isBroken ? t("designerBroken") : designer.removed.length > 0 ? t("designerRemoved", { names: designer.removed.join(", ") }) : ""}
        </Text>
      </HStack>
      <Grid
        templateColumns={{ base: "minmax(0, 1fr)", lg: readOnly ? "minmax(0, 1fr) 420px" : "180px minmax(0, 1fr) 420px" }}
        gap={3}
        h={{ lg: "calc(100vh - 15rem)" }}
        minH={{ lg: "32rem" }}
      >
        {!readOnly && (
          <Box h={{ base: "15rem", lg: "100%" }} minH={0}>
            <Palette spot={place} onDrag={setDragged} onInsert={(item) => place && insert(item, place)} />
          </Box>
        )}
        <Box h={{ base: "60vh", lg: "100%" }} minH={0} opacity={isBroken ? 0.5 : 1}>
          {machine && (
            <Canvas
              machine={machine}
              selected={selected}
              readOnly={readOnly || isBroken}
              statuses={run ? statusesOf(run.states) : {}}
              dragged={dragged}
              spot={spot}
              onDrag={setDragged}
              onSelect={designer.select}
              onSpot={choose}
              onDrop={drop}
              onConnect={join}
              onDelete={drain}
            />
          )}
        </Box>
        <Inspector
          designer={designer}
          readOnly={readOnly}
          settings={settings}
          marks={checks.marks}
          settingsMarks={checks.settingsMarks}
          run={run}
          onRun={setRun}
          onSettings={setSettings}
          onDelete={drain}
          onInsertAfter={(state) => machine && choose(spotAfter(machine, state) as Spot)}
        />
      </Grid>
      <DiagnosticList
        diagnostics={checks.diagnostics}
        error={checks.error}
        onChoose={(path) => machine && designer.select(stateAt(machine, path)?.id)}
      />
    </VStack>
  );
}

function Title({ saved, name, isChanged, onName }: { saved: Definition | undefined; name: string; isChanged: boolean; onName: (name: string) => void }) {
  if (!saved)
    return (
      <Field.Root w="16rem" required>
        <Field.Label fontSize="xs">{t("designerName")}</Field.Label>
        <Input size="sm" pattern="[A-Za-z0-9_\-]+" maxLength={80} value={name} onChange={({ target }) => onName(target.value)} />
      </Field.Root>
    );
  const page = `${ROOT}/machines/${encodeURIComponent(saved.name)}`;
  return (
    <HStack wrap="wrap" gap={3}>
      <Heading as="h2" size="lg">
        {saved.name}
      </Heading>
      <OriginBadge definition={saved} />
      {isChanged && <Text color="fg.muted">{t("designerChanged")}</Text>}
      <NavLink to={page}>{t("executions")}</NavLink>
      {saved.origin === "store" && <NavLink to={`${page}/versions`}>{t("designerVersions")}</NavLink>}
    </HStack>
  );
}

/** Where a state of the palette goes while no place is chosen: behind the chosen state, or at the end of the machine. */
function spotAfter(machine: Machine, selected: StateNode | undefined): Spot | undefined {
  const scope = selected ? scopeAt(machine, selected.path.slice(0, -2)) : machine.top;
  if (selected && scope) {
    const own = scope.links.find(({ from, kind }) => from === selected.name && kind !== "catch");
    const before = scope.links.find(({ to }) => to === selected.name);
    const link = isTerminal(selected.value.Type) ? before : own;
    if (link) return { kind: "link", link };
  }
  const link = machine.top.links.findLast(({ to }) => to === null) ?? machine.top.links[0];
  return link && { kind: "link", link };
}

/** The innermost state around a place of the definition. */
const stateAt = (machine: Machine, path: ReadonlyArray<string | number>): StateNode | undefined =>
  statesOf(machine).findLast((state) => idOf(path.slice(0, state.path.length)) === state.id) ?? findState(machine, idOf(path));

function download(name: string, machine: Machine): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([svgOf(pictureOf(machine))], { type: "image/svg+xml" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

