import { Field, Input, NativeSelect, SimpleGrid } from "@chakra-ui/react";

import { t } from "../../../i18n";
import { type Path, put, written } from "../jsonText";
import { type Form, StateField } from "./Fields";
import { operandKind, operandOf, operatorGroups, setOperator, shownOperand } from "./ruleTests";
import { OPERATORS } from "./stateFields";

interface Props extends Form {
  path: Path;
  /** The test as parsed. */
  test: Record<string, unknown>;
  isTencents: boolean;
}

/** One comparison: of what, how, and with which value or with the value at which path. */
export function Comparison({ test, isTencents, ...place }: Props) {
  const operator = Object.keys(test).find((key) => OPERATORS.includes(key));
  return (
    <>
      <StateField {...place} path={[...place.path, "Variable"]} spec={{ name: "Variable", kind: "text" }} />
      <SimpleGrid minChildWidth="10rem" gap={2}>
        <OperatorChoice {...place} operator={operator} isTencents={isTencents} />
        {operator && <Operand {...place} operator={operator} />}
      </SimpleGrid>
    </>
  );
}

type Place = Form & { path: Path };

function OperatorChoice({ text, readOnly, change, path, operator, isTencents }: Place & { operator: string | undefined; isTencents: boolean }) {
  const choose = (name: string) => change(setOperator(text, path, operator, name), "operator");
  return (
    <Field.Root disabled={readOnly}>
      <Field.Label fontSize="xs">{t("designerOperator")}</Field.Label>
      <NativeSelect.Root size="sm">
        <NativeSelect.Field value={operator ?? ""} onChange={({ target }) => choose(target.value)}>
          {!operator && <option value="">—</option>}
          {operatorGroups(isTencents).map(({ isDocumented, operators }) => {
            const options = operators.map((each) => <option key={each}>{each}</option>);
            if (isDocumented === undefined) return options;
            const label = t(isDocumented ? "designerDocumented" : "designerUndocumented");
            return (
              <optgroup key={label} label={label}>
                {options}
              </optgroup>
            );
          })}
        </NativeSelect.Field>
        <NativeSelect.Indicator />
      </NativeSelect.Root>
    </Field.Root>
  );
}

function Operand({ text, readOnly, change, path, operator }: Place & { operator: string }) {
  const place = [...path, operator];
  const kind = operandKind(operator);
  const shown = shownOperand(kind, written(text, place) ?? "");
  const set = (typed: string) => change(put(text, place, operandOf(kind, typed)), place.join("/"));
  const label = <Field.Label fontSize="xs">{t(kind === "path" ? "designerPath" : "designerValue")}</Field.Label>;
  if (kind !== "boolean")
    return (
      <Field.Root readOnly={readOnly}>
        {label}
        <Input size="sm" fontFamily="mono" value={shown} autoComplete="off" onChange={({ target }) => set(target.value)} />
      </Field.Root>
    );
  return (
    <Field.Root disabled={readOnly}>
      {label}
      <NativeSelect.Root size="sm">
        <NativeSelect.Field value={shown} onChange={({ target }) => set(target.value)}>
          {[...new Set(["true", "false", shown])].map((each) => (
            <option key={each}>{each}</option>
          ))}
        </NativeSelect.Field>
        <NativeSelect.Indicator />
      </NativeSelect.Root>
    </Field.Root>
  );
}
