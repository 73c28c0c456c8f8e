import { existsSync } from 'node:fs';

/** What a package may have: its library, its command, its tools for tests, what its threads start with, what needs an optional peer. */
const known = {
  index: 'src/index.ts',
  main: 'src/main.ts',
  testing: 'src/testing/index.ts',
  worker: 'src/worker.ts',
  relay: 'src/relay.ts',
  koffi: 'src/import-koffi.ts',
};

/** What the package in the working folder has of these: names of what is built, and their sources. */
export const entries = Object.fromEntries(Object.entries(known).filter(([, file]) => existsSync(file)));
