/** Shows some work on the terminal. */
export interface Watch {
  /** The run, once it has started. */
  run():
    | {
        readonly training: { readonly step: number };
        readonly manifest: { readonly steps: number };
        readonly folder: { readonly path: string };
      }
    | undefined;
  /** The file that is written once all steps are done. */
  result(): string;
  print(line: string): void;
  /** Removes the bar; must be called in any case. */
  stop(): void;
}
