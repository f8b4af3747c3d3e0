import { type KubernetesObject, objectsOf, runsOnCountedNodes, UNREADABLE } from '../kubernetes-objects';
import { free, type Line, unpriced } from '../line';
import type { Resource } from '../read-template';
import { Opaque } from '../template-value';
import type { ChargerContext } from './charger';
import { poolLines } from './karpenter-node-pool';

const DIMENSION = 'kubernetesObjects';
const NODE_POOL = 'karpenter.sh/NodePool';
/** Billed through the pools that name it. */
const NODE_CLASS = 'karpenter.k8s.aws/EC2NodeClass';

/**
 * Objects that the CDK's kubectl provider applies. Node pools are counted. A Service may be a load balancer and a claim a
 * volume; whatever else may make anything.
 */
export function chargeKubernetesObjects(resource: Resource, context: ChargerContext): readonly Line[] {
  const provider = providerFault(resource, context);
  if (provider !== undefined) return [provider];
  const objects = objectsOf(resource, context.assembly);
  if (objects instanceof Opaque) return [unpriced(DIMENSION, 'the objects are not literally in the template')];
  const pools = objects.filter(({ kind }) => kind === NODE_POOL).flatMap((pool) => poolLines(pool, context));
  const outside = objects.filter((object) => !isCounted(object)).map(nameOf);
  if (outside.length > 0) {
    return [...pools, unpriced(DIMENSION, `what ${outside.join(', ')} makes outside the cluster is not known`)];
  }
  return pools.length > 0 ? pools : [free('Kubernetes objects that make nothing outside the cluster')];
}

/** A function that is elsewhere applies whatever it likes. Without any, CloudFormation refuses the resource. */
function providerFault(resource: Resource, { assembly }: ChargerContext): Line | undefined {
  const token = resource.property('ServiceToken');
  if (token === undefined) return undefined;
  const provider = token instanceof Opaque ? assembly.resourceAt(token.target) : undefined;
  return provider?.type === 'AWS::Lambda::Function'
    ? undefined
    : unpriced(DIMENSION, 'its ServiceToken is no function of these templates');
}

function isCounted(object: KubernetesObject): boolean {
  return object.kind === NODE_POOL || object.kind === NODE_CLASS || runsOnCountedNodes(object);
}

function nameOf({ kind }: KubernetesObject): string {
  return kind === UNREADABLE ? 'an object without a kind' : `the ${kind.split('/').at(-1)}`;
}
