import * as fc from 'fast-check';
import { ADDRESSES_PER_NODE, acceleratorCidr } from '../../lib/constructs/address-plan';

describe('the accelerator subnet', () => {
  test('starts in the middle of the VPC and is a /18 where few nodes are planned', () => {
    expect(acceleratorCidr('10.0.0.0/16', 1)).toBe('10.0.128.0/18');
    expect(acceleratorCidr('172.31.0.0/16', 0)).toBe('172.31.128.0/18');
  });

  test('widens when the nodes need it', () => {
    // A /18 has 16,384 addresses: (16,384 − 5) ÷ 17 = 963.47, so 963 nodes fit and 964 do not.
    expect(acceleratorCidr('10.0.0.0/16', 963)).toBe('10.0.128.0/18');
    expect(acceleratorCidr('10.0.0.0/16', 964)).toBe('10.0.128.0/17');
    // (32,768 − 5) ÷ 17 = 1,927.2.
    expect(acceleratorCidr('10.0.0.0/16', 1927)).toBe('10.0.128.0/17');
  });

  test('is the upper half of a VPC narrower than /17', () => {
    expect(acceleratorCidr('10.1.16.0/20', 4)).toBe('10.1.24.0/21');
    expect(acceleratorCidr('192.168.128.0/18', 4)).toBe('192.168.160.0/19');
  });

  test('always has an address for every node and stays in the upper half', () => {
    fc.assert(
      fc.property(fc.integer({ min: 16, max: 20 }), fc.nat(1900), (prefix, nodes) => {
        const half = 2 ** (32 - prefix - 1);
        if (nodes * ADDRESSES_PER_NODE + 5 > half) {
          expect(() => acceleratorCidr(`10.0.0.0/${prefix}`, nodes)).toThrow(/addresses for accelerator nodes/);
          return;
        }
        const [address = '', length = '0'] = acceleratorCidr(`10.0.0.0/${prefix}`, nodes).split('/');
        const [, , third = 0] = address.split('.').map(Number);
        expect(third * 256).toBe(half);
        expect(2 ** (32 - Number(length))).toBeGreaterThanOrEqual(nodes * ADDRESSES_PER_NODE + 5);
        expect(2 ** (32 - Number(length))).toBeLessThanOrEqual(half);
      }),
    );
  });

  test('fails, naming both numbers, when the nodes do not fit', () => {
    expect(() => acceleratorCidr('10.0.0.0/20', 121)).toThrow(
      'the VPC 10.0.0.0/20 has 2048 addresses for accelerator nodes and 121 nodes need 2062; give a wider block, up to /16, or spread the nodes over more cells',
    );
  });

  test.each(['10.0.0.0/15', '10.0.0.0/21', '10.0.0.5/16', '10.0.0.0', '300.0.0.0/16', 'ten'])(
    'fails for the block %s',
    (cidr) => {
      expect(() => acceleratorCidr(cidr, 1)).toThrow(/^a cell's own VPC needs a block of \/16 to \/20/);
    },
  );
});
