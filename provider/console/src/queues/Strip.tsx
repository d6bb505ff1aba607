import { HStack, Text } from "@chakra-ui/react";
import { NavLink } from "react-router-dom";

import { t } from "../i18n";
import { ROOT } from "../parts/root";
import { useQueues } from "../rest/queues";

/** One line on Airflow's home page: how many jobs run and wait. */
export function Strip() {
  const { data } = useQueues("default");
  if (!data) return null;
  const waiting = data.queues.normal.waiting + data.queues.low.waiting;
  return (
    <HStack gap={4} px={1} py={2}>
      <NavLink to={`${ROOT}/jobs`}>{t("media")}</NavLink>
      <Text>
        {t("running")} {data.active}
      </Text>
      <Text>
        {t("waiting")} {waiting}
      </Text>
    </HStack>
  );
}
