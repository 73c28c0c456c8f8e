/** Width of the narrowest common terminal. */
export const WIDTH = 80;

/** Breaks a text between words, into lines no longer than that. */
export function wrap(text: string, width = WIDTH): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1)} ${word}`.trimStart();
    if (longer.length <= width || lines.at(-1) === '') lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
