import { Button, HStack, Text } from "@chakra-ui/react";
import { useState } from "react";

import { t } from "../i18n";
import { type Action, COPIES } from "./copies";

/** Buttons that copy an action as a command or as code. */
export function CopyAs({ action }: { action: Action }) {
  const [copied, setCopied] = useState<string>();
  const copy = async (name: string, text: string) => {
    await navigator.clipboard.writeText(text);
    setCopied(name);
  };
  return (
    <HStack gap={1}>
      <Text fontSize="sm">{t("copyAs")}</Text>
      {Object.entries(COPIES).map(([name, form]) => {
        const text = form(action);
        return (
          text && (
            <Button key={name} size="xs" variant="ghost" onClick={() => void copy(name, text)}>
              {copied === name ? t("copied") : name}
            </Button>
          )
        );
      })}
    </HStack>
  );
}
