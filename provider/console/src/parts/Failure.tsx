import { Alert, Button } from "@chakra-ui/react";

import { t } from "../i18n";
import { RestError } from "../rest/client";

const UNAUTHORIZED = 401;

/** Says what went wrong in the words of the REST API; after the end of a session, how to go on. */
export function Failure({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  const isOver = error instanceof RestError && error.status === UNAUTHORIZED;
  return (
    <Alert.Root status="error" role="alert" my={2}>
      <Alert.Indicator />
      <Alert.Content>
        <Alert.Title>{isOver ? t("signInAgain") : t("failed")}</Alert.Title>
        <Alert.Description>{isOver ? "" : error.message}</Alert.Description>
      </Alert.Content>
      {onRetry && (
        <Button size="sm" variant="outline" onClick={onRetry}>
          {t("retryRequest")}
        </Button>
      )}
    </Alert.Root>
  );
}
