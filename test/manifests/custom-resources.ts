/**
 * Strict schemas of the custom resources that the manifests use, written down from their public API references; pods and
 * autoscaler behaviour are the cluster's own. Fields that are not here are refused, whether the API has them or not.
 */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

const text: JsonSchema = { type: 'string', minLength: 1 };
const count: JsonSchema = { type: 'integer', minimum: 0 };
const port: JsonSchema = { type: 'integer', minimum: 1, maximum: 65535 };
const labels: JsonSchema = { type: 'object', additionalProperties: text };
const oneOf = (...values: readonly string[]): JsonSchema => ({ enum: values });
const kubernetes = (model: string): JsonSchema => ({ $ref: `kubernetes#/definitions/${model}` });

/** An object with these fields and no others; those with a "!" must be there. */
function closed(fields: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const names = Object.keys(fields);
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(names.map((name) => [name.replace('!', ''), fields[name]])),
    required: names.filter((name) => name.endsWith('!')).map((name) => name.replace('!', '')),
  };
}

function resource(apiVersion: string, kind: string, spec: JsonSchema): JsonSchema {
  return closed({
    'apiVersion!': { const: apiVersion },
    'kind!': { const: kind },
    'metadata!': kubernetes('V1ObjectMeta'),
    'spec!': spec,
  });
}

/** inference.networking.k8s.io/v1: gateway-api-inference-extension.sigs.k8s.io/reference/spec, read 2026-11-23 (v1.5). */
const inferencePool = resource(
  'inference.networking.k8s.io/v1',
  'InferencePool',
  closed({
    'selector!': closed({ 'matchLabels!': labels }),
    'targetPorts!': { type: 'array', minItems: 1, maxItems: 8, items: closed({ 'number!': port }) },
    appProtocol: oneOf('http', 'kubernetes.io/h2c'),
    'endpointPickerRef!': closed({
      group: { type: 'string' },
      kind: text,
      'name!': text,
      port: closed({ 'number!': port }),
      failureMode: oneOf('FailOpen', 'FailClose'),
    }),
  }),
);

/** leaderworkerset.x-k8s.io/v1: lws.sigs.k8s.io API reference, read 2026-11-23. */
const rollout = { type: ['integer', 'string'] };
const leaderWorkerSet = resource(
  'leaderworkerset.x-k8s.io/v1',
  'LeaderWorkerSet',
  closed({
    replicas: count,
    startupPolicy: oneOf('LeaderCreated', 'LeaderReady'),
    networkConfig: closed({ 'subdomainPolicy!': oneOf('Shared', 'UniquePerReplica') }),
    rolloutStrategy: closed({
      'type!': oneOf('RollingUpdate'),
      rollingUpdateConfiguration: closed({ partition: count, maxUnavailable: rollout, maxSurge: rollout }),
    }),
    'leaderWorkerTemplate!': closed({
      size: { type: 'integer', minimum: 1 },
      restartPolicy: oneOf('Default', 'RecreateGroupOnPodRestart', 'RecreateGroupAfterStart', 'None'),
      subGroupPolicy: closed({ subGroupPolicyType: oneOf('LeaderWorker', 'LeaderExcluded'), subGroupSize: count }),
      leaderTemplate: kubernetes('V1PodTemplateSpec'),
      'workerTemplate!': kubernetes('V1PodTemplateSpec'),
    }),
  }),
);

/** keda.sh/v1alpha1: keda.sh/docs, ScaledObject specification, Prometheus scaler, AWS pod identity, read 2026-11-23 (v2.21). */
const scalingRules = closed({
  stabilizationWindowSeconds: count,
  selectPolicy: oneOf('Max', 'Min', 'Disabled'),
  policies: { type: 'array', items: closed({ 'type!': text, 'value!': count, 'periodSeconds!': count }) },
});
const scaledObject = resource(
  'keda.sh/v1alpha1',
  'ScaledObject',
  closed({
    'scaleTargetRef!': closed({ apiVersion: text, kind: text, 'name!': text, envSourceContainerName: text }),
    pollingInterval: count,
    cooldownPeriod: count,
    initialCooldownPeriod: count,
    idleReplicaCount: count,
    minReplicaCount: count,
    maxReplicaCount: count,
    fallback: closed({
      'failureThreshold!': count,
      'replicas!': count,
      behavior: oneOf('static', 'currentReplicas', 'currentReplicasIfHigher', 'currentReplicasIfLower'),
    }),
    advanced: closed({
      restoreToOriginalReplicaCount: { type: 'boolean' },
      horizontalPodAutoscalerConfig: closed({
        name: text,
        behavior: closed({ scaleUp: scalingRules, scaleDown: scalingRules }),
      }),
    }),
    'triggers!': {
      type: 'array',
      minItems: 1,
      items: closed({
        'type!': { const: 'prometheus' },
        name: text,
        metricType: oneOf('AverageValue', 'Value'),
        useCachedMetrics: { type: 'boolean' },
        authenticationRef: closed({ 'name!': text, kind: text }),
        'metadata!': closed({
          'serverAddress!': text,
          'query!': text,
          'threshold!': text,
          activationThreshold: text,
          awsRegion: text,
          ignoreNullValues: oneOf('true', 'false'),
          identityOwner: text,
        }),
      }),
    },
  }),
);

const triggerAuthentication = resource(
  'keda.sh/v1alpha1',
  'TriggerAuthentication',
  closed({
    podIdentity: closed({ 'provider!': oneOf('aws', 'none'), roleArn: text, identityOwner: text }),
  }),
);

/** gateway.networking.k8s.io/v1: gateway-api.sigs.k8s.io/reference/spec, read 2026-11-23 (v1.5). */
const gateway = resource(
  'gateway.networking.k8s.io/v1',
  'Gateway',
  closed({
    'gatewayClassName!': text,
    'listeners!': {
      type: 'array',
      minItems: 1,
      items: closed({
        'name!': text,
        'port!': port,
        'protocol!': oneOf('HTTP', 'HTTPS', 'TLS', 'TCP', 'UDP'),
        hostname: text,
        allowedRoutes: closed({
          namespaces: closed({
            from: oneOf('All', 'Selector', 'Same', 'None'),
            selector: closed({ matchLabels: labels }),
          }),
          kinds: { type: 'array', items: closed({ group: text, 'kind!': text }) },
        }),
      }),
    },
  }),
);
const httpRoute = resource(
  'gateway.networking.k8s.io/v1',
  'HTTPRoute',
  closed({
    parentRefs: {
      type: 'array',
      items: closed({ group: text, kind: text, namespace: text, 'name!': text, sectionName: text, port }),
    },
    hostnames: { type: 'array', items: text },
    rules: {
      type: 'array',
      minItems: 1,
      maxItems: 16,
      items: closed({
        name: text,
        matches: {
          type: 'array',
          items: closed({
            path: closed({
              type: oneOf('Exact', 'PathPrefix', 'RegularExpression'),
              value: { type: 'string', pattern: '^/' },
            }),
          }),
        },
        filters: {
          type: 'array',
          items: closed({
            'type!': { const: 'URLRewrite' },
            'urlRewrite!': closed({
              hostname: text,
              path: closed({ 'type!': { const: 'ReplacePrefixMatch' }, 'replacePrefixMatch!': { type: 'string' } }),
            }),
          }),
        },
        backendRefs: {
          type: 'array',
          items: closed({ group: text, kind: text, 'name!': text, namespace: text, port, weight: count }),
        },
        timeouts: closed({ request: text, backendRequest: text }),
      }),
    },
  }),
);

/** v1 PersistentVolume of a CSI driver: the fields in use, as the Kubernetes API reference 1.35 has them (read 2026-11-23). */
const persistentVolume = resource(
  'v1',
  'PersistentVolume',
  closed({
    'accessModes!': {
      type: 'array',
      minItems: 1,
      items: oneOf('ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'),
    },
    'capacity!': closed({ 'storage!': text }),
    storageClassName: { type: 'string' },
    persistentVolumeReclaimPolicy: oneOf('Retain', 'Delete', 'Recycle'),
    mountOptions: { type: 'array', items: text },
    volumeMode: oneOf('Filesystem', 'Block'),
    claimRef: kubernetes('V1ObjectReference'),
    'csi!': closed({
      'driver!': text,
      'volumeHandle!': text,
      fsType: text,
      readOnly: { type: 'boolean' },
      volumeAttributes: labels,
    }),
  }),
);

/**
 * karpenter.sh/v1 and karpenter.k8s.aws/v1: karpenter.sh/v1.14/concepts, NodePools and NodeClasses (aws/karpenter-provider-aws at
 * 98a11d4 and e2e4d73), patterns of its definitions, read 2026-11-23.
 */
const pattern = (expression: string): JsonSchema => ({ type: 'string', pattern: expression });
const quantity = { type: ['integer', 'string'], pattern: '^[0-9]+([KMGTPE]i?|m)?$' };
const tagTerms = { type: 'object', minProperties: 1, maxProperties: 20, additionalProperties: text };
const list = (items: JsonSchema, minItems = 1): JsonSchema => ({ type: 'array', minItems, maxItems: 100, items });
const taint = closed({ 'key!': text, value: text, 'effect!': oneOf('NoSchedule', 'PreferNoSchedule', 'NoExecute') });
const nodePool = resource(
  'karpenter.sh/v1',
  'NodePool',
  closed({
    limits: { type: 'object', additionalProperties: quantity },
    replicas: count,
    weight: { type: 'integer', minimum: 1, maximum: 100 },
    disruption: closed({
      'consolidateAfter!': pattern('^(([0-9]+(s|m|h))+|Never)$'),
      consolidationPolicy: oneOf('WhenEmpty', 'WhenEmptyOrUnderutilized', 'Balanced'),
      budgets: list(
        closed({
          'nodes!': pattern('^((100|[0-9]{1,2})%|[0-9]+)$'),
          schedule: text,
          duration: text,
          reasons: list(oneOf('Underutilized', 'Empty', 'Drifted')),
        }),
      ),
    }),
    'template!': closed({
      metadata: closed({ labels, annotations: labels }),
      'spec!': closed({
        'nodeClassRef!': closed({ 'group!': text, 'kind!': text, 'name!': text }),
        taints: list(taint),
        startupTaints: list(taint),
        expireAfter: pattern('^(([0-9]+(s|m|h))+|Never)$'),
        terminationGracePeriod: pattern('^([0-9]+(s|m|h))+$'),
        'requirements!': list(
          closed({
            'key!': text,
            'operator!': oneOf('In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt', 'Gte', 'Lte'),
            values: list(text),
            minValues: { type: 'integer', minimum: 1, maximum: 50 },
          }),
          0,
        ),
      }),
    }),
  }),
);

const ec2NodeClass = resource(
  'karpenter.k8s.aws/v1',
  'EC2NodeClass',
  closed({
    amiFamily: oneOf('AL2', 'AL2023', 'Bottlerocket', 'Custom', 'Windows2019', 'Windows2022', 'Windows2025'),
    'amiSelectorTerms!': list(
      closed({
        alias: pattern('^[a-z0-9]+@.+$'),
        id: pattern('^ami-[0-9a-z]+$'),
        name: text,
        owner: text,
        ssmParameter: text,
        tags: tagTerms,
      }),
    ),
    'subnetSelectorTerms!': list(closed({ id: pattern('^subnet-[0-9a-z]+$'), tags: tagTerms })),
    'securityGroupSelectorTerms!': list(closed({ id: pattern('^sg-[0-9a-z]+$'), name: text, tags: tagTerms })),
    capacityReservationSelectorTerms: list(
      closed({
        id: pattern('^cr-[0-9a-z]+$'),
        ownerID: pattern('^[0-9]{12}$'),
        instanceMatchCriteria: oneOf('open', 'targeted'),
        tags: tagTerms,
      }),
    ),
    placementGroupSelector: closed({ id: text, name: text }),
    role: text,
    instanceProfile: text,
    associatePublicIPAddress: { type: 'boolean' },
    detailedMonitoring: { type: 'boolean' },
    instanceStorePolicy: oneOf('RAID0'),
    metadataOptions: closed({
      httpEndpoint: oneOf('enabled', 'disabled'),
      httpProtocolIPv6: oneOf('enabled', 'disabled'),
      httpPutResponseHopLimit: { type: 'integer', minimum: 1, maximum: 64 },
      httpTokens: oneOf('required', 'optional'),
    }),
    blockDeviceMappings: list(
      closed({
        deviceName: text,
        rootVolume: { type: 'boolean' },
        ebs: closed({
          deleteOnTermination: { type: 'boolean' },
          encrypted: { type: 'boolean' },
          iops: count,
          kmsKeyID: text,
          snapshotID: text,
          throughput: { type: 'integer', minimum: 125, maximum: 2000 },
          volumeInitializationRate: count,
          volumeSize: pattern('^[1-9][0-9]*(Gi|G|Ti|T)$'),
          volumeType: oneOf('standard', 'io1', 'io2', 'gp2', 'sc1', 'st1', 'gp3'),
        }),
      }),
    ),
    networkInterfaces: list(
      closed({
        'networkCardIndex!': count,
        'deviceIndex!': count,
        'interfaceType!': oneOf('interface', 'efa-only'),
      }),
    ),
    tags: labels,
    userData: text,
  }),
);

/** kustomize.config.k8s.io/v1beta1: the fields in use. */
const kustomization = closed({
  'apiVersion!': { const: 'kustomize.config.k8s.io/v1beta1' },
  'kind!': { const: 'Kustomization' },
  'resources!': { type: 'array', minItems: 1, uniqueItems: true, items: text },
});

/** By apiVersion and kind. */
export const CUSTOM_RESOURCES: Readonly<Record<string, JsonSchema>> = {
  'inference.networking.k8s.io/v1 InferencePool': inferencePool,
  'leaderworkerset.x-k8s.io/v1 LeaderWorkerSet': leaderWorkerSet,
  'keda.sh/v1alpha1 ScaledObject': scaledObject,
  'keda.sh/v1alpha1 TriggerAuthentication': triggerAuthentication,
  'gateway.networking.k8s.io/v1 Gateway': gateway,
  'gateway.networking.k8s.io/v1 HTTPRoute': httpRoute,
  'v1 PersistentVolume': persistentVolume,
  'karpenter.sh/v1 NodePool': nodePool,
  'karpenter.k8s.aws/v1 EC2NodeClass': ec2NodeClass,
  'kustomize.config.k8s.io/v1beta1 Kustomization': kustomization,
};
