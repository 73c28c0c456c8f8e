const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const INFINITE = /^[+-]?inf(inity)?$/i;
const FLAG = /^(true|false)$/i;
/** A decimal comma, or one between thousands. */
const COMMA = /^[+-]?\d+(\.\d{3})*(,\d+)+(e[+-]?\d+)?$/i;

/** Reads a cell of CSV: the number or the flag that it is written for, else the text itself. @param text without spaces around it */
export function plainValue(text: string): number | boolean | string {
  if (NUMBER.test(text)) return Number(text);
  if (INFINITE.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return FLAG.test(text) ? text.toLowerCase() === 'true' : text;
}

/** Tells whether a text is a number that is written with a comma. */
export function hasComma(text: string): boolean {
  return COMMA.test(text);
}

/** How a number may be written without its comma: `4.5`; `1234 or 1.234` where both may be meant. */
export function withoutComma(text: string): string {
  const point = text.replaceAll('.', '').replace(',', '.');
  const whole = text.replaceAll(',', '');
  // Several stand between thousands; one before three digits may, or it is a decimal comma.
  if (/,.*,/.test(text)) return whole;
  return /^[^.]*,\d{3}$/.test(text) ? `${whole} or ${point}` : point;
}
