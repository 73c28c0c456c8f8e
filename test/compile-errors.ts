import { join } from 'node:path';
import ts from 'typescript';
import { root } from '../scripts/run-command.mjs';

/** A piece of TypeScript that stands somewhere else than in a source file. */
export interface Example {
  /** For messages. */
  readonly name: string;
  readonly code: string;
}

/** Compiles examples as if they were files of `examples/`, strictly but for names that are shown and not used. */
export function compileErrors(examples: readonly Example[]): string[] {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(root, 'tsconfig.json'),
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: () => {},
    },
  );
  const options = config?.options ?? {};
  const virtual = new Map(examples.map(({ code }, i) => [join(root, 'examples', `page-${i}.ts`), code]));
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  host.readFile = (path) => virtual.get(path) ?? readFile(path);
  host.fileExists = (path) => virtual.has(path) || fileExists(path);
  const program = ts.createProgram([...virtual.keys()], options, host);
  return [...virtual.keys()].flatMap((path, i) => {
    const source = program.getSourceFile(path);
    const problems = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return problems.map(({ messageText }) => {
      return `${examples[i]?.name}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    });
  });
}
