import type { Cell } from '../workload/cell';
import { ADD_ONS } from './cluster-add-ons';

const QUALIFIER = /^[a-z0-9]{1,10}$/;
const POLICY_NAME = /^[\w+=,.@-]{1,128}$/;
const ADD_ON_VERSION = /^v\d+\.\d+\.\d+-eksbuild\.\d+$/;
/** Kubernetes version with its patch, and the day the image was built. */
const AMI_RELEASE = /^(1\.\d{2})\.\d+-\d{8}$/;
const SERVICE = /^[a-z0-9]+([.-][a-z0-9]+)*$/;

/** What is wrong with a cell's optional settings, as the end of a sentence; undefined when nothing is. */
export function settingsFault(cell: Cell): string | undefined {
  return bootstrapFault(cell) ?? addOnFault(cell) ?? imageFault(cell) ?? endpointFault(cell);
}

function bootstrapFault({ bootstrapQualifier, permissionsBoundary }: Cell): string | undefined {
  if (bootstrapQualifier !== undefined && !QUALIFIER.test(bootstrapQualifier)) {
    return `its bootstrap qualifier must be 1 to 10 of a-z and 0-9, got ${JSON.stringify(bootstrapQualifier)}; write the one that cdk bootstrap was given`;
  }
  if (permissionsBoundary !== undefined && !POLICY_NAME.test(permissionsBoundary)) {
    return `its permissions boundary must be the name of an IAM policy in its account, got ${JSON.stringify(permissionsBoundary)}; write the name without its ARN`;
  }
  return undefined;
}

function addOnFault({ addOnVersions = {} }: Cell): string | undefined {
  const stray = Object.keys(addOnVersions).find((name) => !ADD_ONS.includes(name));
  if (stray !== undefined) {
    return `it pins the version of the add-on ${JSON.stringify(stray)}, which it does not have; it has ${ADD_ONS.join(', ')}`;
  }
  const wrong = Object.entries(addOnVersions).find(([, version]) => !ADD_ON_VERSION.test(version));
  if (wrong === undefined) return undefined;
  return `its add-on ${wrong[0]} has the version ${JSON.stringify(wrong[1])}; write one such as "v1.12.4-eksbuild.1"`;
}

function imageFault({ amiReleases = {}, kubernetesVersion }: Cell): string | undefined {
  const wrong = Object.entries(amiReleases).find(([, release]) => AMI_RELEASE.exec(release)?.[1] !== kubernetesVersion);
  if (wrong === undefined) return undefined;
  return `the image release of ${wrong[0]} must be one of Kubernetes ${kubernetesVersion}, such as "${kubernetesVersion}.2-20261015", got ${JSON.stringify(wrong[1])}; correct it`;
}

function endpointFault({ network }: Cell): string | undefined {
  if (network.kind !== 'own' || network.endpoints === undefined) return undefined;
  if (network.egress === 'nat') {
    return 'it names endpoints beside a NAT gateway, which reaches every service; leave them out or choose the egress "endpoints"';
  }
  const wrong = network.endpoints.find((name) => !SERVICE.test(name));
  if (wrong === undefined) return undefined;
  return `an endpoint is named by its service alone, such as "elasticloadbalancing", got ${JSON.stringify(wrong)}; correct it`;
}
