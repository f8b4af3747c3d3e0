import { Problem } from '../problem';
import type { Cell } from '../workload/cell';
import { cachedRegistries, ownRegistry } from '../workload/image-cache';
import { eksRegistry, IMAGES, type ImageName } from './images';

const EKS = 'EKS/';
/** A repository with a tag other than `latest`, or with a digest. */
const PINNED = /^[^\s:@]+(:\d+)?\/[^\s:@]+(:(?!latest$)[A-Za-z0-9_][\w.-]*|@sha256:[0-9a-f]{64})$/;

/**
 * What a cell pulls an image by: its own choice, else the pinned image out of the cell's registry or the one that publishes
 * it. EKS's images are in the cell's region already.
 *
 * @throws Problem InvalidDeployment when no source names EKS's registry in the region.
 */
export function imageReference(name: ImageName, cell: Cell): string {
  const { id, region, serving } = cell;
  const chosen = serving?.images?.[name];
  if (chosen !== undefined) return chosen;
  const { repository, tag } = IMAGES[name];
  if (!repository.startsWith(EKS)) return `${prefixOf(name, repository, cell)}${repository}:${tag}`;
  const registry = eksRegistry(region);
  if (registry === undefined) {
    throw new Problem(
      'InvalidDeployment',
      `no source names EKS's image registry in ${region}, so cell ${id} cannot pull ${name}; give the image as serving.images.${name}`,
    );
  }
  return `${registry}/${repository.slice(EKS.length)}:${tag}`;
}

/** The registry before a publisher's name: the cell's, where it has the image, or none. */
function prefixOf(name: ImageName, repository: string, cell: Cell): string {
  const { id, account, region, network, serving } = cell;
  if (serving?.imageRegistry !== undefined) return `${serving.imageRegistry}/`;
  const [publisher = ''] = repository.split('/');
  if (account !== undefined && cachedRegistries(cell).includes(publisher)) return `${ownRegistry(account, region)}/`;
  if (network.kind !== 'own' || network.egress !== 'endpoints') return '';
  throw refused(
    id,
    `its image cache has no rule for ${publisher}, which publishes ${name}; copy the image to a registry that it reaches and name it in serving.images.${name}`,
  );
}

/**
 * Refuses a cell whose pods could never start.
 *
 * @throws Problem InvalidDeployment for an image that is unknown or not pinned, and for a cell without a way out that has
 * neither a registry nor a bucket of its own.
 */
export function checkServing({ id, network, serving }: Cell): void {
  for (const [name, reference] of Object.entries(serving?.images ?? {})) {
    if (!(name in IMAGES)) {
      throw refused(id, `there is no image ${name}; its serving.images may name ${Object.keys(IMAGES).join(', ')}`);
    }
    if (!PINNED.test(reference)) {
      throw refused(id, `its image ${name} is ${reference}; pin it by a tag other than latest, or by its digest`);
    }
  }
  if (network.kind !== 'own' || network.egress !== 'endpoints') return;
  if (serving?.imageRegistry === undefined && serving?.imageCache === undefined) {
    throw refused(
      id,
      'it has no way out to where images are published; name a registry in serving.imageRegistry, or have a serving.imageCache',
    );
  }
  if (serving.weightsBucket === undefined) {
    throw refused(id, 'it has no way out to the Hugging Face hub; name a bucket in serving.weightsBucket');
  }
}

function refused(cell: string, why: string): Problem {
  return new Problem('InvalidDeployment', `the model servers of cell ${cell} cannot start: ${why}`);
}
