/** A value as it stands in a file: JSON, two-space indent, keys in the order given, final newline. */
export function toJsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
