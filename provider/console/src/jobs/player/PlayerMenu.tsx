import { NativeSelect } from "@chakra-ui/react";

import type { Menu } from "./useStream";

interface Props {
  label: string;
  /** What the empty choice means; false where there is none. */
  any: string | false;
  menu: Menu;
  /** Fewest options for which the menu is shown. */
  least: number;
}

/** A menu on the bar of the player. */
export function PlayerMenu({ label, any, menu: { options, value, choose }, least }: Props) {
  if (options.length < least) return null;
  return (
    <NativeSelect.Root size="xs" w="auto" maxW="11rem">
      <NativeSelect.Field aria-label={label} title={label} value={value} color="white" bg="gray.800" borderColor="whiteAlpha.400" onChange={({ target }) => choose(target.value)}>
        {any !== false && <option value="">{`${label}: ${any}`}</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </NativeSelect.Field>
      <NativeSelect.Indicator color="white" />
    </NativeSelect.Root>
  );
}
