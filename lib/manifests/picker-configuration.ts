/** A plug-in that scores servers, and how much its score counts beside the others'. */
type Scorer = readonly [type: string, weight: number];

const LOAD: readonly Scorer[] = [
  ['queue-scorer', 2],
  ['kv-cache-utilization-scorer', 2],
];
const SHARED_PREFIXES: Scorer = ['prefix-cache-scorer', 3];

/**
 * As the project's chart has it: queue, cache use and, foremost, shared prefixes decide. Where servers keep no prefixes, sending
 * like prompts to one of them would only crowd it: load alone decides.
 */
export function pickerConfiguration(keepsPrefixes: boolean): string {
  const scorers = keepsPrefixes ? [...LOAD, SHARED_PREFIXES] : LOAD;
  return `apiVersion: inference.networking.x-k8s.io/v1alpha1
kind: EndpointPickerConfig
plugins:
${scorers.map(([type]) => `  - type: ${type}\n`).join('')}schedulingProfiles:
  - name: default
    plugins:
${scorers.map(([type, weight]) => `      - pluginRef: ${type}\n        weight: ${weight}\n`).join('')}`;
}

/**
 * For prefill and decode apart, in llm-d's endpoint picker: every request gets a decode server, the one with the fewest requests
 * in flight; unless that one has all but a few tokens of the prompt in its cache, a prefill server too, where shared prefixes
 * and the queue decide (plug-ins of llm-d-router 0.10, its sample for prefill/decode, read 2026-11-23).
 */
export const POOLS_PICKER_CONFIGURATION = `apiVersion: llm-d.ai/v1alpha1
kind: EndpointPickerConfig
plugins:
  - type: approx-prefix-cache-producer
  - type: prefix-cache-scorer
  - type: queue-scorer
  - type: active-request-scorer
  - type: prefill-filter
  - type: decode-filter
  - type: max-score-picker
  - type: prefix-based-pd-decider
    parameters:
      nonCachedTokens: 16
  - type: disagg-profile-handler
    parameters:
      deciders:
        prefill: prefix-based-pd-decider
schedulingProfiles:
  - name: prefill
    plugins:
      - pluginRef: prefill-filter
      - pluginRef: max-score-picker
      - pluginRef: prefix-cache-scorer
        weight: 2
      - pluginRef: queue-scorer
        weight: 1
  - name: decode
    plugins:
      - pluginRef: decode-filter
      - pluginRef: max-score-picker
      - pluginRef: prefix-cache-scorer
        weight: 2
      - pluginRef: active-request-scorer
        weight: 2
`;
