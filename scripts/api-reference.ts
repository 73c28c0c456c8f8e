// `pnpm run docs:api [--check]`: writes the API reference of all packages, from their TSDoc, into the folder `api`. Fails where
// something public has no documentation, a link leads nowhere, or a type cannot be looked up; with --check that is all it does.
import { readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { Application, type DeclarationReflection, type ProjectReflection, ReflectionKind } from 'typedoc';
import { packageFolders } from './pack-package.mjs';
import { root } from './run-command.mjs';

/** The name that each public source file is imported by: `packages/data/src/index.ts` → `@lamo/data`. */
const entries = new Map(packageFolders.flatMap(readEntries));

const app = await Application.bootstrap({
  name: 'lamo',
  entryPoints: [...entries.keys()],
  tsconfig: join(root, 'tsconfig.json'),
  out: join(root, 'api'),
  readme: join(root, 'README.md'),
  // Types are checked by a stage of their own.
  skipErrorChecking: true,
  validation: { notExported: true, invalidLink: true, invalidPath: false, notDocumented: false },
});
const project = await app.convert();
if (project === undefined) throw new Error('TypeDoc could not read the sources.');
for (const module of project.children ?? []) module.name = entries.get(sourceOf(module)) ?? module.name;
app.validate(project);
const undocumented = findUndocumented(project);
for (const where of undocumented) app.logger.warn(`${where} has no documentation.`);
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exitCode = 1;
if (!process.argv.includes('--check')) await app.generateOutputs(project);

function readEntries(folder: string): [file: string, name: string][] {
  const { name, exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return Object.entries<Record<string, string>>(exports).flatMap(([path, conditions]) => {
    const file = conditions['@lamo/source'];
    return file === undefined ? [] : [[join(folder, file), join(name, path).split(sep).join('/')]];
  });
}

function sourceOf({ sources }: DeclarationReflection): string {
  return sources?.[0]?.fullFileName ?? '';
}

/** What people find in their editor, as far as we wrote it. */
function findUndocumented(project: ProjectReflection): string[] {
  const { ClassOrInterface, TypeAlias, Variable, Property, Accessor, FunctionOrMethod } = ReflectionKind;
  const kinds = ClassOrInterface | TypeAlias | Variable | Property | Accessor | FunctionOrMethod;
  const reflections = project.getReflectionsByKind(kinds) as DeclarationReflection[];
  return reflections
    .filter(
      (reflection) => isOurs(project, reflection) && !isInLiteral(reflection) && !isDocumented(reflection),
    )
    .map((reflection) => `${relative(root, sourceOf(reflection))}: ${reflection.getFriendlyFullName()}`);
}

function isOurs(project: ProjectReflection, reflection: DeclarationReflection): boolean {
  return project.getSymbolIdFromReflection(reflection)?.packageName.startsWith('@lamo/') ?? false;
}

/** Whether it is part of a type without a name, which is described where it is used: many of them are inferred. */
function isInLiteral({ parent }: { readonly parent?: DeclarationReflection['parent'] }): boolean {
  if (parent === undefined) return false;
  return parent.kindOf(ReflectionKind.TypeLiteral | ReflectionKind.Parameter) || isInLiteral(parent);
}

function isDocumented(reflection: DeclarationReflection): boolean {
  const { type } = reflection;
  const called =
    type?.type === 'reflection' ? type.declaration.signatures : reflection.getNonIndexSignatures();
  return reflection.hasComment() || (called ?? []).some((signature) => signature.hasComment());
}
