import { answer } from '../../lib/blueprint';
import type { Question } from '../../lib/blueprint/question';
import type { CellNetwork } from '../../lib/workload/cell';
import { variantOf } from './variants';

const GIVEN: CellNetwork = {
  kind: 'existing',
  vpcId: 'vpc-0a1b2c3d4e5f60718',
  vpcCidr: '10.16.0.0/16',
  privateSubnetIds: ['subnet-0a1b2c3d4e5f60718', 'subnet-0b1c2d3e4f5a60718'],
};

/** `production` with its first cell in a VPC that somebody else made. */
function inGivenNetwork(): Question {
  const question = variantOf({});
  const [first, ...others] = question.deployment.cells;
  if (first === undefined) throw new Error('production has cells');
  return { ...question, deployment: { ...question.deployment, cells: [{ ...first, network: GIVEN }, ...others] } };
}

test('a cell in a given network is billed to the last node, because its nodes refuse public addresses themselves', () => {
  const { bill, verdict } = answer(inGivenNetwork());
  expect(bill.unpriced).toEqual([]);
  expect(verdict.status).toBe('within');
  expect(bill.charges.filter(({ stack, dimension }) => stack.startsWith('UsEast1/') && /Ipv4/.test(dimension))).toEqual(
    [],
  );
});
