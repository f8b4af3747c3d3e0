import { defaultCatalog, findModel } from '../../lib/catalog/catalog';
import { parameterCount } from '../../lib/catalog/parameters';
import { PUBLISHED_PARAMETERS } from './published-parameters';

const BILLION = 1e9;
/** The reference table calls a total in agreement with the vendor's within 12 %. */
const VENDOR_TOLERANCE = 0.12;
/** Here the vendor rounds 2.1 billion to 2 and a fifth of that is the vision tower, which is not counted. */
const SMALL_WITH_VISION = { id: 'Qwen/Qwen3-VL-2B-Instruct', tolerance: 0.15 };
/** The independent count is published to 10 million parameters and differs in biases, norms and, when active, routers. */
function closeTo(billions: number, relative: number): { readonly from: number; readonly to: number } {
  const slack = relative * billions + 0.0051;
  return { from: (billions - slack) * BILLION, to: (billions + slack) * BILLION };
}

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
    const { from, to } = closeTo(published.countedTotal, 0.0002);
    expect(total - parts.indexer).toBeGreaterThan(from);
    expect(total - parts.indexer).toBeLessThan(to);
  });

  test('active agrees with the vendor and closely with an independent count', () => {
    const vendor = published.vendorActive ?? published.countedActive;
    expect(relativeError(active, vendor * BILLION)).toBeLessThan(VENDOR_TOLERANCE);
    // On hybrid models the other count takes the table of input embeddings as active too.
    const hybrid = model.attention.kind === 'hybridLinear' ? parts.embeddings : 0;
    const { from, to } = closeTo(published.countedActive, 0.001);
    expect(active + hybrid - parts.indexer).toBeGreaterThan(from);
    expect(active + hybrid - parts.indexer).toBeLessThan(to);
  });

  test('parts add up to the total and none is negative', () => {
    const values = Object.values(parts);
    expect(values.reduce((sum, part) => sum + part, 0)).toBe(total);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(active).toBeLessThanOrEqual(total);
  });
});

test('Llama 3.1 8B has exactly the weights of its checkpoint', () => {
  // Embeddings and head: 2 × 128,256 × 4,096 = 1,050,673,152.
  // A layer: queries and output 2 × 4,096² = 33,554,432; keys and values 2 × 4,096 × 1,024 = 8,388,608;
  // feed-forward 3 × 4,096 × 14,336 = 176,160,768; norms 2 × 4,096 = 8,192. Together 218,112,000; 32 layers 6,979,584,000.
  // Last norm 4,096.
  const { total, active, parts } = parameterCount(findModel(defaultCatalog, 'meta-llama/Meta-Llama-3.1-8B'));
  expect(total).toBe(8_030_261_248);
  expect(active).toBe(8_030_261_248 - 525_336_576);
  expect(parts.denseFeedForward).toBe(32 * 176_160_768);
});

test('Mixtral 8x7B has exactly the weights of its checkpoint, of which a token reads two experts of eight', () => {
  // An expert: 3 × 4,096 × 14,336 = 176,160,768; 32 layers of 8. Six of eight idle: 33,822,867,456.
  const { total, active } = parameterCount(findModel(defaultCatalog, 'mistralai/Mixtral-8x7B-v0.1'));
  expect(total).toBe(46_702_792_704);
  expect(active).toBe(46_702_792_704 - 33_822_867_456 - 32_000 * 4_096);
});

test('a tied table of embeddings is counted once and is active, being the output head', () => {
  const model = findModel(defaultCatalog, 'Qwen/Qwen3-0.6B');
  const tied = parameterCount(model);
  const untied = parameterCount({ ...model, tiedEmbeddings: false });
  expect(untied.total - tied.total).toBe(151_936 * 1024);
  expect(tied.parts.head).toBe(0);
  expect(tied.active).toBe(tied.total);
  expect(untied.active).toBe(tied.active);
});

test('every second layer of Llama 4 Maverick is dense', () => {
  const { moe, denseLayers } = findModel(defaultCatalog, 'meta-llama/Llama-4-Maverick-17B-128E-Instruct');
  expect(moe?.layers).toBe(24);
  expect(denseLayers).toBe(24);
});

test('GPT-J has two feed-forward matrices a layer, not three', () => {
  // 28 × 2 × 4,096 × 16,384
  const { parts } = parameterCount(findModel(defaultCatalog, 'EleutherAI/gpt-j-6b'));
  expect(parts.denseFeedForward).toBe(3_758_096_384);
});

test("GLM-5's sparse indexer brings its count to the 744 billion that its vendor states", () => {
  // Queries from the latent 2,048 × 32 × 128 = 8,388,608; one key and 32 weights 6,144 × (128 + 32) = 983,040; 78 layers.
  const { parts, total } = parameterCount(findModel(defaultCatalog, 'zai-org/GLM-5'));
  expect(parts.indexer).toBe(78 * (8_388_608 + 983_040));
  expect(Math.round(total / BILLION)).toBe(744);
});
