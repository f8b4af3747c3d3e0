import * as z from 'zod';
import { Problem } from '../../problem';
import { MODEL_FAMILIES, type ModelFamily } from './families';

/** The part of a config that describes the text model, its keys renamed to the common ones. */
export interface ConfigSection {
  /** The file's name, for messages. */
  readonly id: string;
  readonly architecture: string;
  readonly family: ModelFamily;
  readonly values: Readonly<Record<string, unknown>>;
}

const HEADER = z.looseObject({
  architectures: z.array(z.string()).nonempty().optional(),
  model_type: z.string().optional(),
  text_config: z.record(z.string(), z.unknown()).optional(),
});
type Header = z.infer<typeof HEADER>;

/** @throws Problem InvalidModelConfig for text that is not a config of a known architecture. */
export function configSection(text: string, id: string): ConfigSection {
  const header = HEADER.safeParse(parseJson(text, id));
  if (!header.success) throw invalid(id, 'is not a config.json; its architectures and model_type describe no model');
  const family = familyOf(header.data, id);
  const architecture = architectureOf(header.data, family, id);
  const { text_config: inner, ...outer } = header.data;
  return { id, architecture, family, values: rename({ ...outer, ...inner }, family) };
}

export function invalid(id: string, what: string): Problem {
  return new Problem('InvalidModelConfig', `the model configuration ${id} ${what}`);
}

/** The key as the family's own config spells it. */
export function ownName(section: ConfigSection, key: string): string {
  return section.family.names[key] ?? key;
}

/** @throws Problem InvalidModelConfig that names every missing key at once, else the first wrong one. */
export function checkKeys(section: ConfigSection, schemas: readonly z.ZodType[]): void {
  const issues = schemas.flatMap((schema) => schema.safeParse(section.values).error?.issues ?? []);
  const keys = issues.map((issue) => String(issue.path[0]));
  const missing = keys.filter((key) => section.values[key] === undefined || section.values[key] === null);
  if (missing.length > 0) {
    const names = [...new Set(missing)].map((key) => ownName(section, key)).join(', ');
    throw invalid(section.id, `lacks ${names}; give the model's complete config.json`);
  }
  const [wrong] = keys;
  if (wrong === undefined) return;
  const given = JSON.stringify(section.values[wrong]);
  throw invalid(section.id, `has ${ownName(section, wrong)} ${given}, which is not a value it can have; correct it`);
}

function parseJson(text: string, id: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(id, "is not whole JSON, perhaps cut off; give the model's complete config.json");
  }
}

function familyOf(header: Header, id: string): ModelFamily {
  const types = [header.text_config?.model_type, header.model_type].filter((type) => typeof type === 'string');
  const [family] = types.flatMap((type) => MODEL_FAMILIES[type.replace(/_text$/, '')] ?? []);
  if (family !== undefined) return family;
  if (types.length === 0) throw invalid(id, "lacks model_type; give the model's complete config.json");
  const known = Object.keys(MODEL_FAMILIES).join(', ');
  const given = types.map((type) => JSON.stringify(type)).join(' in ');
  throw invalid(id, `has model_type ${given}, whose layout is not known here; known are ${known}`);
}

/** A multimodal wrapper is taken for its text model; anything else must have the family's own layout. */
function architectureOf(header: Header, family: ModelFamily, id: string): string {
  const [architecture] = header.architectures ?? [];
  if (architecture === undefined) throw invalid(id, "lacks architectures; give the model's complete config.json");
  const wrapper = header.text_config !== undefined && architecture.endsWith('ForConditionalGeneration');
  if (wrapper || family.architectures.includes(architecture)) return architecture;
  const known = family.architectures.join(' or ');
  throw invalid(
    id,
    `has the architecture ${architecture}, whose layout is not known here; its model_type is known with ${known}`,
  );
}

function rename(values: Readonly<Record<string, unknown>>, family: ModelFamily): Record<string, unknown> {
  const renamed = Object.entries(family.names).map(([key, own]) => [key, values[own]] as const);
  return { ...values, ...Object.fromEntries(renamed) };
}
