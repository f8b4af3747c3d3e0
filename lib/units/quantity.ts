/**
 * Literals into SI base units. Scaled units appear only here (catalogue rows) and in reports; everywhere between, a
 * physical quantity is a plain number in its base unit with the unit in its name.
 */
export const gibibytes = (value: number): number => value * 2 ** 30;
export const gigabytes = (value: number): number => value * 1e9;
export const gigabytesPerSecond = (value: number): number => value * 1e9;
export const terabytesPerSecond = (value: number): number => value * 1e12;
/** Network line rates are quoted in bits; links are used in bytes. */
export const gigabitsPerSecondInBytes = (value: number): number => (value * 1e9) / 8;
/** Dense figures only: sparse datasheet numbers are halved before they come here. */
export const teraflopsPerSecond = (value: number): number => value * 1e12;
export const milliseconds = (value: number): number => value / 1e3;
export const microseconds = (value: number): number => value / 1e6;
