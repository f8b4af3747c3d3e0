/** As the project's chart has it: queue, cache use and, foremost, shared prefixes decide. */
export const PICKER_CONFIGURATION = `apiVersion: inference.networking.x-k8s.io/v1alpha1
kind: EndpointPickerConfig
plugins:
  - type: queue-scorer
  - type: kv-cache-utilization-scorer
  - type: prefix-cache-scorer
schedulingProfiles:
  - name: default
    plugins:
      - pluginRef: queue-scorer
        weight: 2
      - pluginRef: kv-cache-utilization-scorer
        weight: 2
      - pluginRef: prefix-cache-scorer
        weight: 3
`;

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
