import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { whileBusy } from "./busy";
import { change, read } from "./client";

export type DefinitionKind = "workflows" | "state-machines";
export type DefinitionStatus = "published" | "draft" | "disabled";

/** A workflow or state machine in the list of definitions; one of a file has no version. */
export interface DefinitionSummary {
  kind: DefinitionKind;
  name: string;
  status: DefinitionStatus;
  version?: number | null;
  saved_by?: string | null;
  saved_at?: string | null;
  comment?: string | null;
  origin: "store" | "files";
  can_change: boolean;
}

/** A definition with its text; settings stand beside the text of a state machine. */
export interface Definition extends DefinitionSummary {
  text: string;
  settings: string;
}

/** One version of a definition in the list of its versions. */
export interface DefinitionVersion {
  version: number;
  status: DefinitionStatus;
  saved_by: string;
  saved_at: string;
  hash: string;
  comment: string | null;
}

/** What a check says about a place of a text; lines and columns count from 1. */
export interface Diagnostic {
  severity: "error" | "warning";
  code: string;
  message: string;
  hint: string;
  path: Array<string | number>;
  line: number | null;
  column: number | null;
  /** The text in which line and column count. */
  part: "text" | "settings";
}

/** What a version of a definition says. */
export interface DefinitionText {
  text: string;
  settings: string;
}

/** A new version of a definition, and the version it was made from; null for the first one. */
export interface DefinitionChange {
  text: string;
  settings?: string;
  status: DefinitionStatus;
  base: number | null;
  comment?: string;
}

export const definitionPath = (kind: DefinitionKind, name: string): string => `definitions/${kind}/${encodeURIComponent(name)}`;

export function useDefinitions(kind: DefinitionKind) {
  return useQuery({ queryKey: ["definitions", kind], queryFn: () => read<{ definitions: DefinitionSummary[] }>(`definitions/${kind}`) });
}

/** Reads a definition once: what a person edits does not change below their hands. */
export function useDefinition(kind: DefinitionKind, name: string) {
  return useQuery({
    queryKey: ["definition", kind, name],
    queryFn: () => readDefinition(kind, name),
    enabled: name !== "",
    staleTime: Infinity,
    gcTime: 0,
    refetchOnMount: "always",
    refetchOnReconnect: false,
  });
}

export const readDefinition = (kind: DefinitionKind, name: string): Promise<Definition> => read<Definition>(definitionPath(kind, name));

export function useVersions(kind: DefinitionKind, name: string) {
  return useQuery({
    queryKey: ["definition versions", kind, name],
    queryFn: () => read<{ versions: DefinitionVersion[] }>(`${definitionPath(kind, name)}/versions`),
  });
}

export function useVersion(kind: DefinitionKind, name: string, version: number | undefined) {
  return useQuery({
    queryKey: ["definition version", kind, name, version],
    queryFn: () => read<DefinitionVersion & DefinitionText>(`${definitionPath(kind, name)}/versions/${version}`),
    enabled: version !== undefined,
    staleTime: Infinity,
  });
}

/** Saves a new version; a status of 412 says that somebody has saved one meanwhile. */
export function useSave(kind: DefinitionKind) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ name, content }: { name: string; content: DefinitionChange }) => change<Definition>("PUT", definitionPath(kind, name), content),
    onSuccess: () =>
      Promise.all(["definitions", "definition versions", "workflows", "workflow"].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  });
}

/** Checks a text while it is written. */
export function useCheck(kind: DefinitionKind, text: string, name?: string) {
  return useQuery({
    queryKey: ["definition check", kind, name, text],
    queryFn: () => change<{ diagnostics: Diagnostic[] }>("POST", `definitions/${kind}/check`, { text, ...(name && { name }) }),
    placeholderData: keepPreviousData,
    gcTime: 0,
    ...whileBusy,
  });
}
