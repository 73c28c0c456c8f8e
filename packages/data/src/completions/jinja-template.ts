import { createHash } from 'node:crypto';
import { LamoError, runWithin } from '@lamo/core';
import type { Message, TextPart } from './example';
import type { MessageTemplate } from './message-template';

/** Options of {@link jinjaTemplate}. */
export interface JinjaTemplateOptions {
  /** For errors: where the template is from. */
  readonly name: string;
  /** Texts of the tokenizer's special tokens, as templates call them: `bos_token`, `eos_token`, … */
  readonly tokens: Readonly<Record<string, string>>;
}

/** Milliseconds that a template may take for a dialogue; usually it takes less than one. */
const LONGEST = 5000;

/** Writes messages as a text. @param asks whether the assistant is to go on */
type Render = (messages: readonly Message[], asks: boolean) => string;

/**
 * Makes a template of one in Jinja, as tokenizers bring it along. What is learned of a turn of the assistant is what follows the text with which a
 * model would be asked for it (`add_generation_prompt`), up to the end of text if there is one in it. Of the functions that transformers gives templates
 * there are `raise_exception` and `range`; not `strftime_now`, for the same data would be others tomorrow.
 *
 * @throws LamoError `bad-template`; when rendering also where a text is not the beginning of the text with one more message, and `too-slow`
 * @example
 * const template = await jinjaTemplate(source, { name: 'chat.jinja', tokens: { eos_token: '<|im_end|>' } });
 */
export async function jinjaTemplate(
  source: string,
  { name, tokens }: JinjaTemplateOptions,
): Promise<MessageTemplate> {
  const render = await compile(source, name, tokens);
  const hash = createHash('sha256').update(JSON.stringify([source, Object.entries(tokens).toSorted()]));
  return {
    name,
    id: hash.digest('hex'),
    render(place, messages) {
      const tooSlow = (cause: unknown) => badTemplate(name, 'too-slow', place, 'no end of it', cause);
      return runWithin(LONGEST, () => cut(messages, render, { name, place, end: tokens.eos_token }), tooSlow);
    },
  };
}

async function compile(
  source: string,
  name: string,
  tokens: JinjaTemplateOptions['tokens'],
): Promise<Render> {
  const { Environment, Interpreter, parse, tokenize } = await import('@huggingface/jinja');
  const fail = (cause: unknown) => badTemplate(name, 'bad-template', undefined, messageOf(cause), cause);
  const read = () => parse(tokenize(source, { lstrip_blocks: true, trim_blocks: true }));
  let program: ReturnType<typeof read>;
  try {
    program = runWithin(LONGEST, read, fail);
  } catch (cause) {
    throw LamoError.isInstance(cause) ? cause : fail(cause);
  }
  return (messages, asks) => {
    const environment = new Environment();
    const said = messages.map(({ role, content }) => ({ role, content }));
    const given = { ...GLOBALS, ...tokens, messages: said, add_generation_prompt: asks };
    for (const [key, value] of Object.entries(given)) environment.set(key, value);
    return new Interpreter(environment).run(program).value as string;
  };
}

const GLOBALS = {
  ...{ true: true, false: false, none: null, True: true, False: false, None: null },
  raise_exception(message: string): never {
    throw new Error(message);
  },
  range: (...[first, last, step = 1]: [number, number?, number?]): number[] => {
    const [from, to] = last === undefined ? [0, first] : [first, last];
    return Array.from({ length: Math.max(0, Math.ceil((to - from) / step)) }, (_, i) => from + i * step);
  },
};

/** Cuts a dialogue where turns of the assistant begin and end. */
function cut(
  messages: readonly Message[],
  render: Render,
  { name, place, end }: { readonly name: string; readonly place: string; readonly end: string | undefined },
): TextPart[] {
  const parts: TextPart[] = [];
  let done = '';
  const go = (count: number, asks: boolean) => {
    const text = attempt(render, messages.slice(0, count), asks, name, place);
    if (!text.startsWith(done)) throw changed(name, place, count, done, text);
    const added = text.slice(done.length);
    done = text;
    return added;
  };
  for (const [i, { role, reward }] of messages.entries()) {
    if (role !== 'assistant') continue;
    parts.push({ text: go(i, true), isLearned: false });
    const added = go(i + 1, false);
    const last = end ? added.indexOf(end) : -1;
    const learned = last < 0 ? added : added.slice(0, last + end!.length);
    if (learned === '') throw badTemplate(name, 'bad-template', `message ${i + 1} in ${place}`, 'no text');
    parts.push({ text: learned, isLearned: true, ...(reward != null && { reward }) });
    parts.push({ text: added.slice(learned.length), isLearned: false });
  }
  parts.push({ text: go(messages.length, false), isLearned: false });
  return parts.filter(({ text }) => text !== '');
}

function attempt(
  render: Render,
  messages: readonly Message[],
  asks: boolean,
  name: string,
  place: string,
): string {
  try {
    return render(messages, asks);
  } catch (cause) {
    const count = `the first ${messages.length} messages in ${place}`;
    throw badTemplate(name, 'bad-template', count, messageOf(cause), cause);
  }
}

const messageOf = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause));

function badTemplate(
  name: string,
  code: string,
  place: string | undefined,
  received: string,
  cause?: unknown,
): LamoError {
  return new LamoError({
    where: 'data/completions',
    code,
    problem: `The chat template of ${name} cannot be used${place === undefined ? '' : ` for ${place}`}`,
    expected: 'a template in Jinja that writes these messages as a text',
    received,
    hint: 'What it says of roles and their order holds for your data, too. Another template, or a file of your own, is named by `template` (on the command line: --template).',
    cause,
  });
}

/** Some templates leave out what the assistant thought in earlier turns: what it learned would then be no beginning of what it reads later. */
function changed(name: string, place: string, count: number, before: string, after: string): LamoError {
  let same = 0;
  while (same < before.length && before[same] === after[same]) same++;
  const around = (text: string) => JSON.stringify(text.slice(Math.max(0, same - 20), same + 30));
  return new LamoError({
    where: 'data/completions',
    code: 'bad-template',
    problem: `The chat template of ${name} writes earlier messages in another way when more follow, so which tokens are the assistant’s cannot be told: message ${count} in ${place}`,
    expected: `a text that begins as the one before, with ${around(before)}`,
    received: around(after),
    hint: 'Cut the dialogues after each turn of the assistant and leave out earlier thoughts, or take another template (on the command line: --template).',
  });
}
