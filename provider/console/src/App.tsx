import { Box, Flex, HStack, Heading } from "@chakra-ui/react";
import { lazy, Suspense } from "react";
import { Navigate, NavLink, Route, Routes, useLocation } from "react-router-dom";

import { t } from "./i18n";
import { JobsPage } from "./jobs/JobsPage";
import { Boundary } from "./parts/Boundary";
import { Busy } from "./parts/Busy";
import { ROOT } from "./parts/root";

const JobPage = lazy(() => import("./jobs/JobPage"));
const QueuesPage = lazy(() => import("./queues/QueuesPage"));
const WorkflowsPage = lazy(() => import("./workflows/WorkflowsPage"));
const EditorPage = lazy(() => import("./workflows/editor/EditorPage"));
const MachinesPage = lazy(() => import("./machines/MachinesPage"));
const MachinePage = lazy(() => import("./machines/MachinePage"));
const ExecutionPage = lazy(() => import("./machines/ExecutionPage"));
const DesignerPage = lazy(() => import("./machines/DesignerPage"));
const VersionsPage = lazy(() => import("./definitions/VersionsPage"));

const SECTIONS = [
  { path: "jobs", title: "jobs" },
  { path: "queues", title: "queues" },
  { path: "workflows", title: "workflows" },
  { path: "machines", title: "machines" },
] as const;

/** All pages of the console, each with an address of its own. */
export function App() {
  const { pathname } = useLocation();
  return (
    <Box data-console p={{ base: 3, md: 5 }} w="100%" h="100%" overflow="auto">
      <Flex as="nav" aria-label={t("sections")} gap={5} mb={4} align="baseline" wrap="wrap">
        <Heading as="h1" size="lg">
          {t("media")}
        </Heading>
        <HStack gap={4}>
          {SECTIONS.map(({ path, title }) => (
            <NavLink key={path} to={`${ROOT}/${path}`} style={({ isActive }) => ({ textDecoration: isActive ? "underline" : "none" })}>
              {t(title)}
            </NavLink>
          ))}
        </HStack>
      </Flex>
      <Boundary key={pathname}>
        <Suspense fallback={<Busy />}>
          <Routes>
            <Route index element={<Navigate to={`${ROOT}/jobs`} replace />} />
            <Route path="jobs" element={<JobsPage />} />
            <Route path="jobs/:account/:id" element={<JobPage />} />
            <Route path="queues" element={<QueuesPage />} />
            <Route path="workflows" element={<WorkflowsPage />} />
            <Route path="workflows/new" element={<EditorPage />} />
            <Route path="workflows/:name/edit" element={<EditorPage />} />
            <Route path="workflows/:name/versions" element={<VersionsPage kind="workflows" />} />
            <Route path="machines" element={<MachinesPage />} />
            <Route path="machines/new" element={<DesignerPage />} />
            <Route path="machines/:machine" element={<MachinePage />} />
            <Route path="machines/:machine/edit" element={<DesignerPage />} />
            <Route path="machines/:name/versions" element={<VersionsPage kind="state-machines" />} />
            <Route path="machines/:machine/:execution" element={<ExecutionPage />} />
          </Routes>
        </Suspense>
      </Boundary>
    </Box>
  );
}
