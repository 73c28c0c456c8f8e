import { LamoError } from '@lamo/core';

const PREFIX = 'gymnasium:';

/** The environment variable that names the Python which plays environments that are named. */
export const PYTHON_VARIABLE = 'LAMO_PYTHON';

/** Reads the id of an environment of Python's Gymnasium from its name: `Pendulum-v1` of `gymnasium:Pendulum-v1`, in whatever case that is. @returns undefined for other names */
export function gymnasiumId(name: string): string | undefined {
  const isNamed = name.toLowerCase().startsWith(PREFIX) && name.length > PREFIX.length;
  return isNamed ? name.slice(PREFIX.length) : undefined;
}

/**
 * Tells which Python plays environments that are named: the one that whoever started this process has named. A name alone, which may come
 * from a file, starts none.
 *
 * @throws LamoError `no-python`
 */
export function namedPython(name: string): string {
  const python = process.env[PYTHON_VARIABLE];
  if (python !== undefined && python !== '') return python;
  throw new LamoError({
    where: `eval/${name}`,
    code: 'no-python',
    problem: `It is not said which Python plays ${name}`,
    expected: `the path of a Python with gymnasium in the environment variable ${PYTHON_VARIABLE}; on the command line also --python PATH`,
    received: 'none',
    hint: 'In a virtual environment: pip install gymnasium, then name its bin/python (Scripts\\python.exe on Windows).',
  });
}
