import { useQuery } from "@tanstack/react-query";

import { read } from "./client";

/** A workflow in a list. */
export interface WorkflowSummary {
  name: string;
  description: string;
  priority: string;
  dag_id: string;
  paused: boolean;
  known: boolean;
}

/** The settings of one output, as far as the console draws them. */
export interface OutputSettings {
  kind: string;
  [field: string]: unknown;
}

/** A workflow with all its settings. */
export interface WorkflowDocument {
  name: string;
  hash: string;
  settings: {
    description?: string;
    trigger?: { bucket: string; prefix: string };
    output: { location?: string };
    outputs: Record<string, OutputSettings>;
    priority: string;
    schedule?: string;
  };
  notifications: string[];
}

export function useWorkflows(account: string) {
  return useQuery({
    queryKey: ["workflows", account],
    queryFn: () => read<{ workflows: WorkflowSummary[] }>(`accounts/${account}/workflows`),
  });
}

export function useWorkflow(account: string, name: string) {
  return useQuery({
    queryKey: ["workflow", account, name],
    queryFn: () => read<WorkflowDocument>(`accounts/${account}/workflows/${encodeURIComponent(name)}`),
  });
}
