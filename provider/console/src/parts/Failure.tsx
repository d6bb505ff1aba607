import { Alert, Button, Text } from "@chakra-ui/react";

import { t } from "../i18n";
import { useErrorText } from "../i18n/errors";
import { RestError } from "../rest/client";

const UNAUTHORIZED = 401;

/** Says what went wrong, in the person's language where it has a code, and in the words of the REST API; after the end of a session, how to go on. */
export function Failure({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  const code = error instanceof RestError ? error.code : undefined;
  const isOver = error instanceof RestError && error.status === UNAUTHORIZED;
  const known = useErrorText(isOver ? undefined : code);
  return (
    <Alert.Root status="error" role="alert" my={2}>
      <Alert.Indicator />
      <Alert.Content>
        <Alert.Title>{isOver ? t("signInAgain") : (known?.title ?? t("failed"))}</Alert.Title>
        {!isOver && (
          <Alert.Description>
            <Text lang={code && "en"}>{error.message}</Text>
            {known && <Text mt={1}>{known.advice}</Text>}
          </Alert.Description>
        )}
      </Alert.Content>
      {onRetry && (
        <Button size="sm" variant="outline" onClick={onRetry}>
          {t("retryRequest")}
        </Button>
      )}
    </Alert.Root>
  );
}
