import { Box, Grid, GridItem, VStack } from "@chakra-ui/react";
import { useMemo, useRef, useState } from "react";

import { t } from "../../i18n";
import { CodeEditor } from "../../parts/CodeEditor";
import { useDebounced } from "../../parts/useDebounced";
import { type Definition, useCheck } from "../../rest/definitions";
import type { Preset } from "../../rest/trials";
import { Canvas } from "./Canvas";
import { duplicateKey, removeValue, setValue } from "./edits";
import { Form } from "./Form";
import { LeaveGuard } from "./LeaveGuard";
import { moveKey } from "./moves";
import { Palette } from "./Palette";
import { freeName, outputPart, outputsOf, partOf } from "./parts";
import { Problems } from "./Problems";
import { SaveBar } from "./SaveBar";
import { outputKinds, type Schema } from "./schema";
import { pathAt, read } from "./source";
import { TryIt } from "./TryIt";
import { type Editor, useEditor } from "./useEditor";

const PAUSE = 300; // milliseconds without a key before the text is checked

/** The editor of a workflow: canvas, form and text side by side, each of which changes the others. */
export function Workbench({ definition, schema, presets }: { definition: Definition; schema: Schema; presets: Preset[] }) {
  const editor = useEditor(definition.text);
  const [saved, setSaved] = useState(definition);
  const [isTrying, setIsTrying] = useState(false);
  const kept = useRef(definition.text); // read by the guard before the page is drawn anew
  const checked = useDebounced(editor.text, PAUSE);
  const { data } = useCheck("workflows", checked, definition.name || undefined);
  const diagnostics = useMemo(() => data?.diagnostics ?? [], [data]);
  const readOnly = !definition.can_change;
  const actions = outputActions(editor);
  const keep = (next: Definition) => {
    kept.current = next.text;
    setSaved(next);
  };
  return (
    <VStack align="stretch" gap={3}>
      <LeaveGuard isChanged={() => editor.text !== kept.current} />
      <SaveBar editor={editor} saved={saved} readOnly={readOnly} onSaved={keep} isTrying={isTrying} onTry={() => setIsTrying(!isTrying)} />
      <Grid templateColumns={{ base: "minmax(0, 1fr)", xl: "minmax(0, 11fr) minmax(0, 9fr)" }} gap={4}>
        <GridItem display="flex" flexDirection="column" gap={3}>
          {!readOnly && <Palette kinds={outputKinds(schema)} presets={presets} onAdd={(item) => actions.add(item)} />}
          <Canvas
            value={editor.value}
            presets={presets}
            diagnostics={diagnostics}
            chosen={editor.part}
            readOnly={readOnly || editor.isBroken}
            onChoose={editor.choose}
            onDelete={actions.remove}
            onDuplicate={actions.duplicate}
            onRename={() => document.getElementById("editor-output-name")?.focus()}
            onAdd={actions.add}
          />
          <Form
            editor={editor}
            schema={schema}
            presets={presets}
            diagnostics={diagnostics}
            readOnly={readOnly}
            onMove={actions.move}
            onDelete={actions.remove}
            onDuplicate={actions.duplicate}
          />
        </GridItem>
        <GridItem>
          <VStack align="stretch" gap={3} position={{ xl: "sticky" }} top={0}>
            {isTrying && <TryIt text={checked} outputs={Object.keys(outputsOf(editor.value))} onClose={() => setIsTrying(false)} />}
            <Box h={{ base: "420px", xl: isTrying ? "40vh" : "calc(100vh - 270px)" }} minH="240px">
              <CodeEditor
                label={t("editorText")}
                language="yaml"
                text={editor.text}
                readOnly={readOnly}
                diagnostics={diagnostics}
                undoesAll
                handle={editor.yaml}
                onChange={editor.setText}
                onPlace={(at) => editor.choose(partOf(pathAt(read(editor.text).contents, at)), "text")}
              />
            </Box>
            <Problems diagnostics={diagnostics} editor={editor} />
          </VStack>
        </GridItem>
      </Grid>
    </VStack>
  );
}

/** What canvas, palette and form do with outputs. */
function outputActions(editor: Editor) {
  const outputs = outputsOf(editor.value);
  return {
    /** Adds an output of a `kind …` or of a `preset …`. */
    add: (item: string) => {
      const [field = "", wanted = ""] = item.split(" ");
      const name = freeName(wanted, outputs);
      if (editor.edit((text) => setValue(text, ["outputs", name], { [field]: wanted }))) editor.choose(outputPart(name));
    },
    move: (name: string, by: -1 | 1) => {
      if (editor.edit((text) => moveKey(text, ["outputs", name], by))) editor.choose(outputPart(name));
    },
    remove: (name: string) => {
      if (editor.edit((text) => removeValue(text, ["outputs", name]))) editor.choose("general");
    },
    duplicate: (name: string) => {
      const copy = freeName(name, outputs);
      if (editor.edit((text) => duplicateKey(text, ["outputs", name], copy))) editor.choose(outputPart(copy));
    },
  };
}
