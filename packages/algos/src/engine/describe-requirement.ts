/** What JSON Schema says about a setting, or about an entry of a list. */
export interface JsonField {
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly items?: JsonField;
  readonly anyOf?: readonly JsonField[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
  readonly minItems?: number;
  readonly default?: unknown;
  readonly description?: string;
}

/** Says what a setting must be, as what follows `must be`: `a number of at least 0 and at most 1`, `a positive integer`. */
export function describeRequirement(field: JsonField): string {
  return joinAlternatives(alternativesOf(field));
}

function alternativesOf(field: JsonField): readonly string[] {
  if (field.enum !== undefined) return field.enum;
  if (field.anyOf !== undefined) return field.anyOf.flatMap(alternativesOf);
  return [field.type ?? []].flat().map((type) => describeType({ ...field, type }));
}

function describeType(field: JsonField): string {
  if (field.type === 'array') return describeList(field);
  if (field.type === 'number' || field.type === 'integer') return describeNumber(field);
  return OTHERS[String(field.type)] ?? String(field.type);
}

const OTHERS: Readonly<Record<string, string>> = { boolean: 'true or false', string: 'a text', null: 'null' };

function describeList({ items = {}, minItems = 0 }: JsonField): string {
  const list = `a list${minItems > 0 ? ` of ${minItems} or more` : ''}`;
  return `${list}, each entry ${describeRequirement(items)}`;
}

function describeNumber(field: JsonField): string {
  // Bounds that only say that an integer is exact are none.
  const isBound = (bound: number | undefined) => Math.abs(bound ?? Infinity) < Number.MAX_SAFE_INTEGER;
  const bounds = [
    isBound(field.minimum) && `at least ${field.minimum}`,
    isBound(field.exclusiveMinimum) && `greater than ${field.exclusiveMinimum}`,
    isBound(field.maximum) && `at most ${field.maximum}`,
    isBound(field.exclusiveMaximum) && `less than ${field.exclusiveMaximum}`,
  ].filter((bound) => bound !== false);
  const noun = field.type === 'integer' ? 'an integer' : 'a number';
  if (field.type === 'integer' && bounds.join() === 'greater than 0') return 'a positive integer';
  return [noun, bounds.join(' and ').replace(/^at/, 'of at')].filter(Boolean).join(' ');
}

/** `a`, `a or b`, `a, b or c`. */
function joinAlternatives(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
