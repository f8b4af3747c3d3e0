import { Problem, type ProblemCode } from '../problem';
import type { Accelerator } from './accelerator';
import { ACCELERATORS } from './accelerators';
import type { InstanceType, UltraServer } from './instance-type';
import { INSTANCE_TYPES } from './instance-types';
import type { ModelArchitecture } from './model';
import { MODELS } from './models';
import { nearest } from './nearest';
import { ULTRA_SERVERS } from './ultra-servers';

/** All that is known about hardware and models. Passed in, so that tests can use a small one; its order means nothing. */
export interface Catalog {
  readonly accelerators: readonly Accelerator[];
  readonly instanceTypes: readonly InstanceType[];
  readonly ultraServers: readonly UltraServer[];
  readonly models: readonly ModelArchitecture[];
}

export const defaultCatalog: Catalog = {
  accelerators: ACCELERATORS,
  instanceTypes: INSTANCE_TYPES,
  ultraServers: ULTRA_SERVERS,
  models: MODELS,
};

export function tryFindAccelerator(catalog: Catalog, key: string): Accelerator | undefined {
  return catalog.accelerators.find((row) => row.key === key);
}

export function tryFindInstanceType(catalog: Catalog, name: string): InstanceType | undefined {
  return catalog.instanceTypes.find((row) => row.name === name);
}

export function tryFindUltraServer(catalog: Catalog, name: string): UltraServer | undefined {
  return catalog.ultraServers.find((row) => row.name === name);
}

export function tryFindModel(catalog: Catalog, id: string): ModelArchitecture | undefined {
  return catalog.models.find((row) => row.id === id);
}

/** @throws Problem UnknownAccelerator, with the nearest keys. */
export function findAccelerator(catalog: Catalog, key: string): Accelerator {
  const keys = catalog.accelerators.map((row) => row.key);
  return tryFindAccelerator(catalog, key) ?? unknown('UnknownAccelerator', 'accelerator', key, keys);
}

/** @throws Problem UnknownInstanceType, with the nearest names. */
export function findInstanceType(catalog: Catalog, name: string): InstanceType {
  const names = catalog.instanceTypes.map((row) => row.name);
  return tryFindInstanceType(catalog, name) ?? unknown('UnknownInstanceType', 'instance type', name, names);
}

/** @throws Problem UnknownUltraServer, with the nearest names. */
export function findUltraServer(catalog: Catalog, name: string): UltraServer {
  const names = catalog.ultraServers.map((row) => row.name);
  return tryFindUltraServer(catalog, name) ?? unknown('UnknownUltraServer', 'UltraServer', name, names);
}

/** @throws Problem UnknownModel, with the nearest ids. */
export function findModel(catalog: Catalog, id: string): ModelArchitecture {
  const ids = catalog.models.map((row) => row.id);
  return tryFindModel(catalog, id) ?? unknown('UnknownModel', 'model', id, ids, ' or give its config.json');
}

function unknown(code: ProblemCode, what: string, name: string, known: readonly string[], remedy = ''): never {
  const suggestion = known.length === 0 ? 'it has none' : `use one it has, such as ${nearest(name, known).join(', ')}`;
  throw new Problem(code, `the catalogue has no ${what} ${JSON.stringify(name)}; ${suggestion}${remedy}`);
}
