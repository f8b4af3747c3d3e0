import { checkNodeGroup } from '../../lib/constructs/check-node-group';
import { aNodeGroup } from '../stacks/cells';

const ARN = 'arn:aws:resource-groups:us-east-1:111122223333:group/p5';

describe('a node group', () => {
  test('of a name, a size and a purchase that EKS takes is built', () => {
    checkNodeGroup(aNodeGroup());
    checkNodeGroup(aNodeGroup({ size: { min: 0, plan: 2, max: 450 }, actuator: 'clusterAutoscaler' }));
    checkNodeGroup(aNodeGroup({ purchase: 'capacityBlock', reservationId: 'cr-0123456789abcdef0' }));
    checkNodeGroup(aNodeGroup({ purchase: 'capacityReservation', reservationGroupArn: ARN }));
    checkNodeGroup(aNodeGroup({ purchase: 'capacityReservation', createdReservation: { count: 1 } }));
  });

  test.each([
    ['a name with capitals', { name: 'Chat' }, /its name must be/],
    ['a size that shrinks', { size: { min: 2, plan: 1, max: 3 } }, /got 2, 1, 3; correct them/],
    ['no node at all', { size: { min: 0, plan: 0, max: 0 } }, /max be at least 1/],
    ['more nodes than EKS allows', { size: { min: 1, plan: 1, max: 451 } }, /451 nodes and EKS allows 450/],
    ['sizes that nothing changes', { size: { min: 1, plan: 2, max: 3 } }, /1 to 3 nodes and nothing in the cell/],
    ['a reservation without an id', { purchase: 'capacityReservation' as const }, /needs a reservationId/],
    ['a block with a strange id', { purchase: 'capacityBlock' as const, reservationId: 'mine' }, /got "mine"/],
    [
      'a block in a resource group',
      { purchase: 'capacityBlock' as const, reservationGroupArn: ARN },
      /add the block's id/,
    ],
    [
      'a strange resource group',
      { purchase: 'capacityReservation' as const, reservationGroupArn: 'p5' },
      /got "p5"; add one/,
    ],
    [
      'a reservation made too small',
      { purchase: 'capacityReservation' as const, size: { min: 3, plan: 3, max: 3 }, createdReservation: { count: 2 } },
      /holds 2 and it may have 3 nodes; give 3 to 1000/,
    ],
    [
      'two reservations',
      { purchase: 'capacityReservation' as const, reservationGroupArn: ARN, reservationId: 'cr-0123456789abcdef0' },
      /names 2 reservations/,
    ],
    ['an id nobody will use', { reservationId: 'cr-0123456789abcdef0' }, /purchase onDemand takes no reservationId/],
  ])('fails for %s', (_, override, message) => {
    expect(() => checkNodeGroup(aNodeGroup(override))).toThrow(message);
  });
});
