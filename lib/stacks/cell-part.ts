import { DefaultStackSynthesizer, type Environment, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Cell } from '../workload/cell';

/** Names of a cell's stacks as CloudFormation has them. Literal: teardown schedules and the bill match on them. */
export function stackNameOf(cell: Pick<Cell, 'id'>, part: string): string {
  return `${cell.id}-${part}`;
}

/** All that the name and the place of a stack are made of. */
export type PlacedPart = Pick<Cell, 'id' | 'region' | 'account' | 'bootstrapQualifier'> & {
  readonly availabilityZones: readonly string[];
};

/** Always a region; the account may be left to whoever deploys. */
export function environmentOf({ region, account }: Pick<Cell, 'region' | 'account'>): Environment {
  return { region, ...(account === undefined ? {} : { account }) };
}

/** Deploys with the roles and the bucket of the cell's own bootstrap, where it names one. */
function synthesizerOf({
  bootstrapQualifier: qualifier,
}: Pick<Cell, 'bootstrapQualifier'>): Pick<StackProps, 'synthesizer'> {
  return qualifier === undefined ? {} : { synthesizer: new DefaultStackSynthesizer({ qualifier }) };
}

export interface CellPartProps
  extends Pick<StackProps, 'terminationProtection' | 'description' | 'suppressTemplateIndentation'> {
  readonly cell: PlacedPart;
}

/** A stack of a cell. Its zones are the cell's: the CDK would look them up in the account, or make two up. */
export abstract class CellPart extends Stack {
  readonly #cell: PlacedPart;

  constructor(scope: Construct, part: string, { cell, ...props }: CellPartProps) {
    super(scope, part, {
      stackName: stackNameOf(cell, part),
      env: environmentOf(cell),
      analyticsReporting: false,
      ...synthesizerOf(cell),
      ...props,
    });
    this.#cell = cell;
  }

  override get availabilityZones(): string[] {
    return [...this.#cell.availabilityZones];
  }
}
