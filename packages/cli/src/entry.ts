/** The command's entry, for processes of its own: beside this file, in the sources and as it is built. */
export const ENTRY = new URL(import.meta.url.endsWith('.ts') ? './main.ts' : './main.js', import.meta.url);
