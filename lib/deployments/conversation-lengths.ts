import { type TokenLengths, type TokenProvenance, tokensFromCounts } from '../workload/tokens';

const PROVENANCE: TokenProvenance = {
  source:
    'Azure LLM inference trace 2023, conversation service, one hour (AzureLLMInferenceTrace_conv of github.com/Azure/AzurePublicDataset), as converted by Splitwise',
  asOf: '2026-11-23',
};

/**
 * Token lengths of the 19,366 requests of a real conversation service. Rows are [mean tokens, requests] of 24 log-spaced
 * buckets between the shortest and the longest request, empty ones left out; `npm run test:measured` compares them with the
 * trace. Made by `countTokens` in lib/workload/trace-tokens.ts, means rounded to a thousandth of a token.
 */
export const conversationLengths: TokenLengths = {
  input: tokensFromCounts(
    [
      [2, 6],
      [7.476, 21],
      [10.465, 43],
      [15.667, 42],
      [22.232, 56],
      [30.362, 58],
      [44.75, 56],
      [66.51, 49],
      [91.901, 71],
      [135.77, 239],
      [201.531, 1901],
      [298.176, 244],
      [400.694, 4855],
      [647.239, 138],
      [996.888, 3498],
      [1175.891, 4823],
      [1876.249, 735],
      [2574.462, 771],
      [4048.238, 1645],
      [5349.924, 105],
      [7196.222, 9],
      [14050, 1],
    ],
    PROVENANCE,
  ),
  output: tokensFromCounts(
    [
      [7, 1],
      [10, 2],
      [11.952, 84],
      [14.598, 132],
      [17.987, 157],
      [23.273, 22],
      [27.447, 114],
      [33.451, 206],
      [40.763, 448],
      [49.955, 866],
      [62.086, 1026],
      [76.627, 1564],
      [92.713, 3077],
      [112.695, 1846],
      [139.816, 1290],
      [170.953, 1194],
      [211.036, 744],
      [254.218, 101],
      [319.057, 35],
      [402.558, 5187],
      [474.359, 874],
      [591.294, 323],
      [687.724, 29],
      [955.591, 44],
    ],
    PROVENANCE,
  ),
};
