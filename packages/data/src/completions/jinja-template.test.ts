import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Message } from './example';
import { jinjaTemplate } from './jinja-template';
import { loadChatTemplate } from './load-chat-template';
import type { MessageTemplate } from './message-template';
import { completionsFromRows, openCompletions } from './open-completions';
import { tokenCompletions } from './token-completions';

const folder = mkdtempSync(join(tmpdir(), 'lamo-templates-'));
afterAll(() => rmSync(folder, { recursive: true }));

const user = (content: string) => ({ role: 'user', content }) as const;
const assistant = (content: string, reward?: number) =>
  ({ role: 'assistant', content, ...(reward !== undefined && { reward }) }) as const;

/** That of many instruction models: turns in ChatML, also the assistant's, each with a new line after it. */
const CHATML = `{% for message in messages %}
{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
{{- '<|im_start|>assistant\\n' }}
{%- endif %}`;

/** Of an older kind: the user's turns in brackets, the assistant's trimmed and closed, roles in turn or an exception. */
const BRACKETS = `{{ bos_token }}{% for message in messages %}
{%- if (message.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('roles must alternate') }}{% endif %}
{%- if message.role == 'user' %}{{ '[INST] ' + message.content + ' [/INST]' }}
{%- else %}{{ ' ' + message.content | trim + eos_token }}{% endif %}
{%- endfor %}`;

/** What earlier turns thought is left out once the user speaks again. */
const FORGETS = `{% for m in messages %}{% set c = m.content %}
{%- if m.role == 'assistant' and not loop.last %}{% set c = c.split('</think>')[-1] %}{% endif %}
{{- m.role + ':' + c + '.' }}{% endfor %}{% if add_generation_prompt %}assistant:{% endif %}`;

const make = (source: string, tokens: Record<string, string> = {}) =>
  jinjaTemplate(source, { name: 'own', tokens });

/** A dialogue as text, with what is learned in ⟦⟧. */
const show = (template: MessageTemplate, messages: readonly Message[]) =>
  template
    .render('row 1', messages)
    .map(({ text, isLearned }) => (isLearned ? `⟦${text}⟧` : text))
    .join('');

describe('a template in Jinja', () => {
  it('is cut where the assistant’s turns begin and end: what follows its end of text is read', async () => {
    const template = await make(CHATML, { eos_token: '<|im_end|>' });
    const messages = [{ role: 'system', content: 's' } as const, user('a'), assistant('b'), user('c')];
    expect(show(template, messages)).toBe(
      '<|im_start|>system\ns<|im_end|>\n<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\n' +
        '⟦b<|im_end|>⟧\n<|im_start|>user\nc<|im_end|>\n',
    );
  });

  it('may know no prompt for the assistant, write special tokens and trim what is said', async () => {
    const template = await make(BRACKETS, { bos_token: '<s>', eos_token: '</s>' });
    const messages = [user('a'), assistant('  b '), user('c'), assistant('d')];
    expect(show(template, messages)).toBe('<s>[INST] a [/INST]⟦ b</s>⟧[INST] c [/INST]⟦ d</s>⟧');
  });

  it('keeps rewards, and the text is the template’s own whatever is learned of it', async () => {
    const template = await make(CHATML, { eos_token: '<|im_end|>' });
    const parts = template.render('row 1', [user('a'), assistant('b', 2), assistant('c', -1)]);
    expect(parts.filter(({ isLearned }) => isLearned).map(({ reward }) => reward)).toEqual([2, -1]);
    const whole = ['user\na', 'assistant\nb', 'assistant\nc'].map(
      (turn) => `<|im_start|>${turn}<|im_end|>\n`,
    );
    expect(parts.map(({ text }) => text).join('')).toBe(whole.join(''));
  });

  it('has no clock: the same data would be others tomorrow', async () => {
    const date = "{% if strftime_now is defined %}{{ strftime_now('%d') }}{% else %}undated {% endif %}";
    const template = await make(`${date}{% for m in messages %}{{ m.content }}{% endfor %}`);
    expect(show(template, [user('a'), assistant('b')])).toBe('undated a⟦b⟧');
  });

  it('is refused where later messages change earlier ones, with the place and both texts', async () => {
    const template = await make(FORGETS);
    const thought = assistant('<think>x</think>y');
    expect(show(template, [user('a'), thought])).toBe('user:a.assistant:⟦<think>x</think>y.⟧');
    expect(() => template.render('row 7', [user('a'), thought, user('b'), assistant('c')])).toThrow(
      /another way when more follow.*message 3 in row 7.*<think>x.*received "user:a\.assistant:y/s,
    );
  });

  it('is refused with its own words, with a fault, without an end, and where nothing is said', async () => {
    const template = await make(BRACKETS, { bos_token: '', eos_token: '.' });
    expect(() => template.render('row 2', [user('a'), user('b'), assistant('c')])).toThrow(
      /first 2 messages in row 2.*roles must alternate/,
    );
    await expect(make('{% for m in messages %}')).rejects.toMatchObject({ code: 'bad-template' });
    const nothing = await make('x');
    expect(() => nothing.render('row 3', [user('a'), assistant('b')])).toThrow(/message 2 in row 3.*no text/);
  });

  it('is other data than another, or other special tokens', async () => {
    const rows = [{ messages: [user('a'), assistant('b')] }];
    const print = async (source: string, tokens = {}) =>
      completionsFromRows(rows, 'rows', { template: await make(source, tokens) }).fingerprint();
    const prints = await Promise.all([print(CHATML), print(`${CHATML} `), print(CHATML, { eos_token: 'x' })]);
    expect(new Set(prints).size).toBe(3);
    expect(await print(CHATML)).toBe(prints[0]);
  });
});

describe('loadChatTemplate', () => {
  const write = (name: string, files: Readonly<Record<string, unknown>>) => {
    const place = join(folder, name);
    mkdirSync(place, { recursive: true });
    for (const [file, contents] of Object.entries(files))
      writeFileSync(join(place, file), typeof contents === 'string' ? contents : JSON.stringify(contents));
    return place;
  };
  const messages = [user('a'), assistant('b')];
  const say = (start: string) =>
    `{% for m in messages %}{{ '${start}' + m.content + eos_token }}{% endfor %}`;
  const load = async (name: string, place: string) => show(await loadChatTemplate(name, place), messages);

  it('finds that of a tokenizer, one of several, one in a file of its own, or any file', async () => {
    const eos_token = { content: '<e>' };
    const one = write('one', { 'tokenizer_config.json': { chat_template: say('1'), eos_token } });
    expect(await load('tokenizer', one)).toBe('1a<e>⟦1b<e>⟧');
    const named = ['default', 'tools'].map((name) => ({ name, template: say(name) }));
    const several = write('several', { 'tokenizer_config.json': { chat_template: named, eos_token: '!' } });
    expect(await load('tokenizer', several)).toBe('defaulta!⟦defaultb!⟧');
    expect(await load('tokenizer:tools', several)).toBe('toolsa!⟦toolsb!⟧');
    // As transformers has it: a file comes before the field, and GPT-2's end of text is in none.
    const file = write('file', {
      'chat_template.jinja': say('2'),
      'tokenizer_config.json': { chat_template: say('1') },
    });
    expect(await load('tokenizer', file)).toBe('2a<|endoftext|>⟦2b<|endoftext|>⟧');
    expect(await load(join(file, 'chat_template.jinja'), several)).toBe('2a!⟦2b!⟧');
    expect(await load('plain', 'nowhere')).toBe('a⟦b⟧');
  });

  it('says what there is where a template is missing', async () => {
    const none = write('none', { 'tokenizer_config.json': { eos_token: '!' } });
    await expect(load('tokenizer', none)).rejects.toThrow(/has no chat template.*received none/s);
    const several = write('named', {
      'tokenizer_config.json': { chat_template: [{ name: 'rag', template: 'x' }] },
    });
    await expect(load('tokenizer', several)).rejects.toThrow(/received one called rag/);
    await expect(load('llama', none)).rejects.toThrow(/plain, chatml, tokenizer.*\.jinja file/);
    await expect(load(join(folder, 'one.jinja'), none)).rejects.toMatchObject({ code: 'file-not-found' });
    const cut = write('cut', { 'tokenizer_config.json': '{"chat' });
    await expect(load('tokenizer', cut)).rejects.toMatchObject({ code: 'damaged-file' });
  });

  it('learns of a file of dialogues what the assistant says, with one end of text each', async () => {
    const place = write('chat', {
      'tokenizer_config.json': { chat_template: CHATML, eos_token: '<|im_end|>' },
    });
    const path = join(folder, 'dialogues.jsonl');
    writeFileSync(
      path,
      JSON.stringify({ messages: [user('a'), assistant('bc'), user('d'), assistant('e')] }),
    );
    /** One token for each special text, otherwise for each character. */
    const tokenizer = {
      vocabularySize: 130,
      fingerprint: 'chat',
      endOfText: 129,
      encode: (text: string) =>
        [...text.matchAll(/<\|im_start\|>|<\|im_end\|>|[\s\S]/g)].map(([piece]) =>
          piece.length === 1 ? piece.charCodeAt(0) : piece === '<|im_end|>' ? 129 : 128,
        ),
      decode: () => '',
    };
    const source = openCompletions(path, { template: await loadChatTemplate('tokenizer', place) });
    const completions = await tokenCompletions(source, tokenizer, { context: 100 });
    const { length } = completions;
    const [tokens, mask] = [new Float32Array(length), new Float32Array(length)];
    completions.read(0, { tokens, mask });
    const learned = [...tokens].filter((_, i) => mask[i] === 1);
    expect(learned).toEqual([98, 99, 129, 101, 129]);
    expect([...tokens].filter((token) => token === 129)).toHaveLength(4);
  });
});
