/** Where a row's figures come from and when they were read. A row without it does not exist. */
export interface Sourced {
  readonly source: string;
  readonly asOf: string;
}
