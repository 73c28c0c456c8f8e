/** What can be asked of an object. */
export const ATTRIBUTES = [
  ...['alive', 'animal', 'larger than a man', 'eaten', 'of metal', 'in the air', 'in water', 'in a house'],
] as const;

type Attribute = (typeof ATTRIBUTES)[number];

/** Objects that may be hidden, each with what is true of it. */
const TABLE: Readonly<Record<string, readonly Attribute[]>> = {
  horse: ['alive', 'animal', 'larger than a man'],
  cat: ['alive', 'animal', 'in a house'],
  eagle: ['alive', 'animal', 'in the air'],
  hen: ['alive', 'animal', 'eaten', 'in the air'],
  whale: ['alive', 'animal', 'larger than a man', 'in water'],
  salmon: ['alive', 'animal', 'eaten', 'in water'],
  oak: ['alive', 'larger than a man'],
  wheat: ['alive', 'eaten'],
  bread: ['eaten', 'in a house'],
  kettle: ['of metal', 'in a house'],
  sword: ['of metal'],
  anchor: ['of metal', 'in water'],
  aeroplane: ['larger than a man', 'of metal', 'in the air'],
  ship: ['larger than a man', 'of metal', 'in water'],
  cathedral: ['larger than a man'],
  balloon: ['larger than a man', 'in the air'],
};

/** Names of the objects. */
export const OBJECTS = Object.keys(TABLE);

/** What can be said: each attribute is a question, each object a guess. */
export const UTTERANCES: readonly string[] = [...ATTRIBUTES, ...OBJECTS];

/** Whether an utterance is true of an object: of a guess, whether it is right. */
export function isTrue(object: string, utterance: string): boolean {
  return utterance === object || TABLE[object]!.some((attribute) => attribute === utterance);
}
