import { useQuery } from "@tanstack/react-query";

import { read } from "./client";

/** An account, and what the person may do there. */
export interface AccountSummary {
  name: string;
  can_change: boolean;
  can_limit: boolean;
  workflow: string;
  takes_uploads: boolean;
}

/** The accounts that the person may read. */
export function useAccounts() {
  return useQuery({ queryKey: ["accounts"], queryFn: () => read<{ accounts: AccountSummary[] }>("accounts") });
}

/** An account as the list of accounts has it; undefined until the list has come. */
export function useAccount(name: string): AccountSummary | undefined {
  return useAccounts().data?.accounts.find((account) => account.name === name);
}
