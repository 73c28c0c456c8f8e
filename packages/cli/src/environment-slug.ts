/** Turns the id of an environment into a part of file names: those of Gymnasium have colons, and may have slashes. */
export function environmentSlug(id: string): string {
  return id.replace(/[^A-Za-z0-9._-]+/g, '-');
}
