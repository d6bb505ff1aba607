import { Box, Tabs, Text } from "@chakra-ui/react";

import { t } from "../../i18n";
import type { Diagnostic } from "../../rest/definitions";
import type { MockRunResult } from "../../rest/machineTests";
import { DefinitionPanel } from "./DefinitionPanel";
import { duplicateState } from "./edits";
import { MachineForm, StateForm } from "./forms/StateForm";
import { type Machine, scopeAt, type StateNode, statesOf } from "./machineModel";
import { MockRunPanel } from "./MockRunPanel";
import { SettingsPanel } from "./SettingsPanel";
import { TestPanel } from "./TestPanel";
import type { Designer } from "./useDesigner";

interface Props {
  designer: Designer;
  readOnly: boolean;
  settings: string;
  marks: readonly Diagnostic[];
  settingsMarks: readonly Diagnostic[];
  run: MockRunResult | undefined;
  onRun: (run: MockRunResult | undefined) => void;
  onSettings: (settings: string) => void;
  onDelete: (state: StateNode) => void;
  onInsertAfter: (state: StateNode) => void;
}

const TABS = [
  ["state", "designerTabState"],
  ["text", "designerTabText"],
  ["test", "designerTabTest"],
  ["run", "designerTabRun"],
  ["settings", "designerTabSettings"],
] as const;

/** The panels: the chosen state as a form, the text, a test of the state, a run with mocks, the settings. */
export function Inspector(props: Props) {
  const { designer, readOnly, settings, marks, settingsMarks, run, onRun, onSettings } = props;
  const { text, machine, selected, edit, select } = designer;
  const choose = (name: string) => select(machine && statesOf(machine).find((state) => state.name === name)?.id);
  return (
    <Tabs.Root defaultValue="state" size="sm" lazyMount display="flex" flexDirection="column" minH={0} h="100%">
      <Tabs.List flexWrap="wrap">
        {TABS.map(([value, title]) => (
          <Tabs.Trigger key={value} value={value}>
            {t(title)}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      <Panel value="state">{machine && <FormPanel {...props} machine={machine} />}</Panel>
      <Panel value="text">
        <DefinitionPanel text={text} machine={machine} selected={selected} readOnly={readOnly} marks={marks} onChange={(next) => edit({ text: next }, "text")} />
      </Panel>
      <Panel value="test">
        {selected ? (
          <TestPanel key={selected.id} text={text} state={selected} visit={run?.states.findLast(({ state }) => state === selected.name)} />
        ) : (
          <Text color="fg.muted">{t("designerChooseState")}</Text>
        )}
      </Panel>
      <Panel value="run">
        {machine && <MockRunPanel text={text} machine={machine} result={run} chosen={selected?.name} onResult={onRun} onChoose={choose} />}
      </Panel>
      <Panel value="settings">
        <SettingsPanel settings={settings} readOnly={readOnly} marks={settingsMarks} onChange={onSettings} />
      </Panel>
    </Tabs.Root>
  );
}

function Panel({ value, children }: { value: string; children: React.ReactNode }) {
  return (
    <Tabs.Content value={value} overflow="auto" flex={1} minH={0} pr={1} tabIndex={0}>
      {children}
    </Tabs.Content>
  );
}

function FormPanel({ designer, machine, readOnly, onDelete, onInsertAfter }: Props & { machine: Machine }) {
  const { text, selected, edit, isBroken } = designer;
  const form = { text, readOnly: readOnly || isBroken, change: (next: string, group: string) => edit({ text: next }, group) };
  const scope = selected && scopeAt(machine, selected.path.slice(0, -2));
  if (isBroken) return <Text color="fg.muted">{t("designerBroken")}</Text>;
  if (!selected || !scope) return <MachineForm {...form} machine={machine} />;
  return (
    <Box key={selected.id}>
      <StateForm
        {...form}
        machine={machine}
        state={selected}
        scope={scope}
        onEdit={edit}
        onDelete={() => onDelete(selected)}
        onDuplicate={() => edit(duplicateState(text, selected))}
        onInsertAfter={() => onInsertAfter(selected)}
      />
    </Box>
  );
}
