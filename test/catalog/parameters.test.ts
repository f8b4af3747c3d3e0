import { defaultCatalog, findModel } from '../../lib/catalog/catalog';
import { parameterCount } from '../../lib/catalog/parameters';
import { PUBLISHED_PARAMETERS } from './published-parameters';

const BILLION = 1e9;
/** The reference table calls a total in agreement with the vendor's within 12 %. */
const VENDOR_TOLERANCE = 0.12;
/** Here the vendor rounds 2.1 billion to 2 and a fifth of that is the vision tower, which is not counted. */
const SMALL_WITH_VISION = { id: 'Qwen/Qwen3-VL-2B-Instruct', tolerance: 0.15 };
/** Active counts differ in whether they include embeddings and heads. */
const VENDOR_ACTIVE_TOLERANCE = 0.2;

function relativeError(actual: number, expected: number): number {
  return Math.abs(actual / expected - 1);
}

test('published figures exist for exactly the models of the catalogue', () => {
  expect(defaultCatalog.models.map((model) => model.id).sort()).toEqual(Object.keys(PUBLISHED_PARAMETERS).sort());
});

describe.each(Object.entries(PUBLISHED_PARAMETERS))('%s', (id, published) => {
  const model = findModel(defaultCatalog, id);
  const { total, active, parts } = parameterCount(model);

  test('total agrees with the vendor and closely with an independent count', () => {
    const tolerance = id === SMALL_WITH_VISION.id ? SMALL_WITH_VISION.tolerance : VENDOR_TOLERANCE;
    expect(relativeError(total, published.vendorTotal * BILLION)).toBeLessThan(tolerance);
    // Published to 10 million, so small models differ by more than large ones.
    expect(Math.abs(total - published.countedTotal * BILLION)).toBeLessThan(
      0.006 * published.countedTotal * BILLION + 0.005 * BILLION,
    );
  });

  test('active agrees with the vendor and closely with an independent count', () => {
    const vendor = published.vendorActive ?? published.countedActive;
    expect(relativeError(active, vendor * BILLION)).toBeLessThan(VENDOR_ACTIVE_TOLERANCE);
    // The reference counts the table of input embeddings as active on hybrid models, and only there.
    const counted = active + (model.attention.kind === 'hybridLinear' ? parts.embeddings : 0);
    expect(Math.abs(counted - published.countedActive * BILLION)).toBeLessThan(
      0.02 * published.countedActive * BILLION + 0.005 * BILLION,
    );
  });

  test('parts add up to the total and none is negative', () => {
    const values = Object.values(parts);
    expect(values.reduce((sum, part) => sum + part, 0)).toBe(total);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(active).toBeLessThanOrEqual(total);
  });
});
