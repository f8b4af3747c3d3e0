const IPV4_BLOCK = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;

/** Whether EC2 takes it in a rule as it is written: on its boundary. */
export function isBlock(text: string): boolean {
  const [a = 256, b = 256, c = 256, d = 256, prefixLength = 33] = IPV4_BLOCK.exec(text)?.slice(1).map(Number) ?? [];
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  return [a, b, c, d].every((byte) => byte <= 255) && prefixLength <= 32 && address % 2 ** (32 - prefixLength) === 0;
}
