/** A workspace of Amazon Managed Service for Prometheus (AMP). */
export interface ManagedWorkspace {
  readonly region: string;
  readonly workspaceId: string;
}

const MANAGED = /^https:\/\/aps-workspaces\.([a-z0-9-]+)\.amazonaws\.com\/workspaces\/([A-Za-z0-9-]+)$/;

/** The workspace that a query URL is of; undefined for any other Prometheus. */
export function managedWorkspaceOf(metricsUrl: string | undefined): ManagedWorkspace | undefined {
  const [, region, workspaceId] = MANAGED.exec(metricsUrl ?? '') ?? [];
  return region === undefined || workspaceId === undefined ? undefined : { region, workspaceId };
}
