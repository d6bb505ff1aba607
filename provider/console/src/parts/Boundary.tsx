import { Component, type PropsWithChildren } from "react";

import { t } from "../i18n";
import { Failure } from "./Failure";

/** Keeps the console alive when a page cannot be shown, such as one that an upgrade has replaced since it was opened. */
export class Boundary extends Component<PropsWithChildren, { failed: string | undefined }> {
  override state = { failed: undefined };

  static getDerivedStateFromError(error: Error) {
    return { failed: error.message };
  }

  override render() {
    if (this.state.failed === undefined) return this.props.children;
    return <Failure error={new Error(t("reload", { reason: this.state.failed }))} onRetry={() => globalThis.location.reload()} />;
  }
}
