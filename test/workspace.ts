import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from '../scripts/run-command.mjs';

/** The fields of a package.json that the tests read. */
export interface Manifest {
  readonly version: string;
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  /** A peer that stands here alone is one of any version, for pnpm; npm does not look for it. */
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** One TypeScript file and what it imports. */
export interface Source {
  /** Absolute. */
  readonly path: string;
  readonly isTest: boolean;
  readonly text: string;
  /** Specifiers as written, of static, type-only, re-exporting and dynamic imports. */
  readonly imports: readonly string[];
}

/** One folder with a package.json. */
export interface Workspace {
  /** Relative to the repository, for example `packages/data`. */
  readonly folder: string;
  readonly manifest: Manifest;
  readonly sources: readonly Source[];
}

/** Reads a workspace folder: its package.json and every TypeScript file below it. */
export function readWorkspace(folder: string): Workspace {
  const base = join(root, folder);
  return { folder, manifest: readManifest(base), sources: listSources(base).map(readSource) };
}

/** Reads the package.json of a folder. */
export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** Names of the packages that users of a package get or bring. */
export function shippedWith({ dependencies, peerDependencies, peerDependenciesMeta }: Manifest): string[] {
  return Object.keys({ ...dependencies, ...peerDependencies, ...peerDependenciesMeta });
}

/** Lists what a file imports, types that it refers to among it, read with TypeScript's own scanner. */
export function listImports(text: string): string[] {
  const { importedFiles, typeReferenceDirectives } = ts.preProcessFile(text, true, true);
  return [
    ...typeReferenceDirectives.map(({ fileName }) => `@types/${fileName}`),
    ...importedFiles.map(({ fileName }) => fileName),
  ];
}

/** Names the package of an import, or undefined for relative paths and what Node brings. */
export function packageOf(specifier: string): string | undefined {
  if (/^(\.|\/|node:)/.test(specifier)) return undefined;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function listSources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['node_modules', 'dist'].includes(entry.name) ? [] : listSources(path);
    return /\.m?[jt]s$/.test(entry.name) ? [path] : [];
  });
}

function readSource(path: string): Source {
  const text = readFileSync(path, 'utf8');
  const isTest = /\.test\.ts$|\/test\/|\/vitest\.config\.ts$/.test(path.slice(root.length));
  return { path, isTest, text, imports: listImports(text) };
}
