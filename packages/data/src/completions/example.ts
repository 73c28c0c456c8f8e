/** A part of a text: of what is given, or of what is learned. */
export interface TextPart {
  /** Not empty where it is learned. */
  readonly text: string;
  /** Whether a model learns to write it, and then to stop; otherwise it is read. */
  readonly isLearned: boolean;
  /** What it brought, where it is learned: for all of it, or for each of its tokens, the end of text that closes it among them. */
  readonly reward?: number | readonly number[];
}

/** A text in parts, and where it stands. */
export interface ExampleRow {
  /** For humans: `line 3 of answers.jsonl`. */
  readonly place: string;
  /** In their order; at least one is learned. If one has a reward, those without brought 0. */
  readonly parts: readonly TextPart[];
  /** Whether it was cut before its end: what would have followed had a value, too. */
  readonly isUnfinished: boolean;
  /** The prompt that came next, if it is known: a text of its own. */
  readonly next?: string;
}

/** A prompt and how it is to be completed. */
export interface PromptAndCompletion {
  /** What is given; may be empty. */
  readonly prompt: string;
  /** How it goes on; not empty. */
  readonly completion: string;
  /** What the completion brought, for the token that ends it; or what each of its tokens did, the end of text among them. */
  readonly reward?: number | readonly number[] | null;
  /** The prompt that came next: what followed is worth what that is worth. Without it what followed is worth nothing, unless it is not `done`. */
  readonly next?: string | null;
  /** Whether nothing more would have followed. @default true, but false where there is a `next` */
  readonly done?: boolean;
}

/** Who says something: only what the assistant says is learned. */
export type Role = 'system' | 'developer' | 'user' | 'assistant' | 'tool';

/** Something that is said. */
export interface Message {
  /** Who says it. */
  readonly role: Role;
  /** Not empty. */
  readonly content: string;
  /** What it brought, of messages of the assistant, as that of a {@link PromptAndCompletion}. */
  readonly reward?: number | readonly number[] | null;
}

/** Messages in turn. */
export interface Dialogue {
  /** In their order. */
  readonly messages: readonly Message[];
  /** What the whole brought, in place of rewards of messages: it comes with the end of the assistant's last one. */
  readonly reward?: number | null;
  /** Whether nothing more would have followed. @default true */
  readonly done?: boolean;
}
