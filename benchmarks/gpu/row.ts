/** One line of the table. */
export interface Row {
  /** What was looked at: `kernels equal those of cpu`. */
  readonly what: string;
  /** What came out: `112 of 112`, `0.104 ms; JAX 0.102 ms`. */
  readonly result: string;
  /** Whether it is what it must be; undefined where nothing is asked of it. */
  readonly isGood?: boolean;
}

/** What a part is told. */
export interface PartSetup {
  /** The library of the PJRT plug-in. */
  readonly plugin: string;
  /** Sizes for a processor, to see whether everything runs. */
  readonly isSmall: boolean;
  /** Milliseconds after which it is stopped. */
  readonly limit: number;
  /** Says what is known. */
  readonly report: (row: Row) => void;
}
