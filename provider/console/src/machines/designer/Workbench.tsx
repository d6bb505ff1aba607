import { Box, Button, Grid, HStack, Text, VStack } from "@chakra-ui/react";
import { type KeyboardEvent, useCallback, useEffect, useState } from "react";
import { useNavigate } from "react-router-dom";

import { t } from "../../i18n";
import { ROOT } from "../../parts/root";
import type { Definition } from "../../rest/definitions";
import type { MockRunResult } from "../../rest/machineTests";
import { LeaveGuard } from "../../workflows/editor/LeaveGuard";
import { Canvas } from "./Canvas";
import { DiagnosticList } from "./DiagnosticList";
import type { Dragged } from "./dragging";
import { connect, deleteState, insertState, moveState, type Spot } from "./edits";
import { Inspector } from "./Inspector";
import type { StateNode } from "./machineModel";
import { statusesOf } from "./mocks";
import { Palette } from "./Palette";
import { spotAfter, stateAt } from "./places";
import { SaveBar } from "./SaveBar";
import { type PaletteItem, stateFrom } from "./stateKinds";
import { saveSvg } from "./svg";
import { useChecks } from "./useChecks";
import { useDesigner } from "./useDesigner";
import { WorkbenchTitle } from "./WorkbenchTitle";

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
  const navigate = useNavigate();
  const { machine, selected, isBroken } = designer;
  const readOnly = saved?.can_change === false;
  const checks = useChecks(designer.text, settings, name);
  const [firstText, firstSettings] = saved ? [saved.text, saved.settings] : [text, savedSettings];
  const isChanged = designer.text !== firstText || settings !== firstSettings;
  const wouldLose = useCallback(() => isChanged && !readOnly, [isChanged, readOnly]);

  useEffect(() => {
    if (saved && !opened) void navigate(`${ROOT}/machines/${encodeURIComponent(saved.name)}/edit`, { replace: true });
  }, [saved, opened, navigate]);

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
  const discard = (state: StateNode) => designer.edit({ ...deleteState(designer.text, state.path), state: "" });
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
      <LeaveGuard isChanged={wouldLose} />
      <HStack wrap="wrap" justify="space-between" align="end" gap={3}>
        <WorkbenchTitle saved={saved} name={name} onName={setName} isChanged={isChanged} />
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
        <Button size="xs" variant="outline" disabled={!machine} onClick={() => machine && saveSvg(`${name || "machine"}.svg`, machine)}>
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
              onDelete={discard}
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
          onDelete={discard}
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
