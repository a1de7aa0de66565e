/** What changed, by slug or name. An empty one means that anything may have changed. */
export interface CatalogChange {
  dataset?: string;
  project?: string;
  host?: string;
}

/**
 * News from all processes that share the catalog. Listeners are also called after each new connection, since
 * something may have been missed before it; they must not throw.
 */
export interface CatalogNotifications {
  /** Calls when a dataset was queued, a run closed or a host came. Returns what ends the subscription. */
  onAdmission(listener: () => void): () => void;
  /** Calls when a dataset, a project or a host changed. Returns what ends the subscription. */
  onChange(listener: (change: CatalogChange) => void): () => void;
}
