import type { Cell } from '../workload/cell';
import { managedWorkspaceOf } from '../workload/metrics-url';
import { KEDA } from '../workload/pod-identity';
import type { ManifestFile } from './chart';
import { GATEWAY_NAMESPACE } from './gateway';
import { CLIENT_NAMESPACE_LABEL } from './pod-labels';
import { scales } from './pod-scaling';
import { prerequisites } from './prerequisites';
import { byWorkload, type ServedWorkload } from './served-workload';

/** README.md of a cell's manifests: what must be there before, how they are applied, and how it is seen that they took. */
export function applyGuide(cell: Cell, served: readonly ServedWorkload[]): ManifestFile {
  const parts = [
    [
      `# Kubernetes manifests of cell ${cell.id}`,
      'Written by `cdk synth`; the next one replaces this folder. Change the deployment, not these files.',
    ],
    before(cell, served),
    ['## Apply', ...howToApply(cell)],
    ['## Check', ...CHECK],
    ...(served.length === 0 ? [] : [clients(cell, served)]),
  ];
  return { path: 'README.md', text: `${parts.map((lines) => lines.join('\n\n')).join('\n\n')}\n` };
}

function before(cell: Cell, served: readonly ServedWorkload[]): readonly string[] {
  const needed = prerequisites(cell, served).map(
    ({ name, version, neededFor }) => `- ${name}, ${version} (${neededFor})`,
  );
  const { imageRegistry, imageCache, weightsBucket } = cell.serving ?? {};
  return [
    '## Before',
    [
      `- The stacks of cell ${cell.id} are deployed, and \`aws eks update-kubeconfig --region ${cell.region} --name ${cell.id}\` was run.`,
      ...(cell.adminRoleArn === undefined ? [administrator(cell)] : []),
      ...needed,
      ...(imageRegistry === undefined
        ? []
        : [
            `- \`${imageRegistry}\` has every image of \`images.txt\`, under the name of its publisher${pulledFrom(imageRegistry, cell)}.`,
          ]),
      ...(served.some(scales) && managedWorkspaceOf(cell.serving?.metricsUrl) !== undefined ? [kedaAccount(cell)] : []),
      ...(imageCache !== undefined && isClosed(cell) ? [FIRST_PULL] : []),
      ...(served.length === 0 ? [] : [weights(weightsBucket, cell)]),
    ].join('\n'),
  ];
}

/** Who makes a cluster is its administrator, and that is the role that CloudFormation takes on, which no person can. */
function administrator({ id, region }: Cell): string {
  return `- You may ask the cluster: this cell names no \`adminRoleArn\`. Give it one and deploy, or let a role in by hand: \`aws eks create-access-entry --region ${region} --cluster-name ${id} --principal-arn ROLE\`, then \`aws eks associate-access-policy --region ${region} --cluster-name ${id} --principal-arn ROLE --policy-arn arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy --access-scope type=cluster\`.`;
}

/** Repositories of another account serve nobody whom their own policies do not name, whatever the node's role allows. */
function pulledFrom(registry: string, { account }: Cell): string {
  const owner = /^(\d{12})\.dkr\.ecr\./.exec(registry)?.[1];
  if (owner === undefined || owner === account) return '';
  return `, and its repositories' policies let ${account === undefined ? "the cell's account" : `account ${account}`} pull`;
}

function kedaAccount({ id }: Cell): string {
  return `- KEDA's operator runs as \`${KEDA.name}\` in the namespace \`${KEDA.namespace}\`, as its chart has it: the stack ${id}-Scaling lets that account ask the metrics.`;
}

function isClosed({ network }: Cell): boolean {
  return network.kind === 'own' && network.egress === 'endpoints';
}

/** ECR user guide, pull through cache, considerations (2026-11-23). */
const FIRST_PULL =
  '- Each image was pulled once through the cache from a network that has a way out: through an interface endpoint ECR serves only what it has already. `images.txt` lists them.';

function weights(bucket: string | undefined, { id }: Cell): string {
  return bucket === undefined
    ? '- For models behind a licence: a secret `hugging-face` with the key `token` in the namespace `model-serving`.'
    : `- \`s3://${bucket}/\` has each model's weights as safetensors under the model's id. A bucket of another account, or one with a key of its own, lets in the roles of ${id}-Serving by its policies.`;
}

function howToApply({ id }: Cell): readonly string[] {
  return [
    'Files are in the order in which they may be applied one after another: namespaces before what lies in them.',
    `- By hand: \`kubectl apply -k cdk.out/headroom/manifests/${id}\`. What is no longer here stays until somebody deletes it.
- Argo CD and Flux: commit this folder to the repository that they watch, and point an \`Application\` or a \`Kustomization\` at it, with pruning on.`,
  ];
}

const CHECK = [
  '`expected-nodes.json` says for each node group how many nodes there are and what each must report as allocatable. Compare it with `kubectl get nodes -o json` before any traffic: an accelerator or an EFA interface that is missing is a device plug-in that does not run, and huge pages that are too few keep pods that use EFA waiting.',
  'A model server loads for minutes to hours; its startup probe waits that long and no longer.',
];

function clients({ serving }: Cell, served: readonly ServedWorkload[]): readonly string[] {
  const [[key, value] = ['', '']] = Object.entries(CLIENT_NAMESPACE_LABEL);
  const names = byWorkload(served).map(([{ workload }]) => workload.name);
  const addresses = names.map((name) =>
    serving?.gateway === undefined
      ? `- \`http://${name}.model-serving:8000/v1\``
      : `- \`http://models-istio.${GATEWAY_NAMESPACE}/${name}/v1\``,
  );
  return [
    '## Call',
    `Network policies let in pods of namespaces with the label \`${key}: "${value}"\`.`,
    addresses.join('\n'),
  ];
}
