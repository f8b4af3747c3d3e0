/**
 * The first key that stands twice in one object of a JSON text, as JSON text; undefined when none does. JSON.parse silently
 * keeps the last of two, so the second would hide what the first says.
 */
export function repeatedKey(validJson: string): string | undefined {
  const open: Set<string>[] = [];
  for (const [token] of validJson.matchAll(/"(?:[^"\\]|\\.)*"\s*:?|[{}]/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (token.endsWith(':')) {
      const text = token.slice(0, -1).trimEnd();
      // Escapes spell one key in many ways; without them the text is the key.
      const key = text.includes('\\') ? JSON.stringify(JSON.parse(text)) : text;
      const keys = open.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
  }
  return undefined;
}
