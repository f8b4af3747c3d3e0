import type { App } from 'aws-cdk-lib';
import type { Deployment } from '../deployments/deployment';
import { FleetStage } from '../stacks/fleet-stage';
import { FleetStandInStage, StandInStage } from '../stacks/stand-in-stage';

/**
 * Puts placeholders into an app for every stack that a deployment may have in an account, from the names of its cells alone: what
 * else it says may be wrong, or name files that are not there.
 *
 * @returns the ids of cells that have not even a name and a place, and so no stacks
 */
export function addStandIns(app: App, { cells, fleet }: Deployment): readonly string[] {
  const stages: readonly (readonly [string, () => unknown])[] = [
    ...(fleet === undefined
      ? []
      : [
          [
            FleetStage.ID,
            () => new FleetStandInStage(app, { ...placeOf(fleet), id: FleetStage.ID, availabilityZones: [] }),
          ] as const,
        ]),
    ...cells.map((cell, index) => [cell?.id || `cell ${index + 1}`, () => new StandInStage(app, cell)] as const),
  ];
  return stages.flatMap(([id, add]) => {
    try {
      add();
      return [];
    } catch {
      app.node.tryRemoveChild(id);
      return [id];
    }
  });
}

function placeOf({ account, region }: { readonly account: string; readonly region: string }) {
  return { account, region };
}
