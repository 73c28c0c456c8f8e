import { readFileSync, statSync } from 'node:fs';
import { LamoError } from '@lamo/core';
import { openRepository, type Repository, type RepositoryOptions } from '../hub/open-repository';
import { fileNotFound } from '../text/file-not-found';
import { END_OF_TEXT } from '../text/tokenizer';
import { CHAT_TEMPLATES, isChatTemplate, messageTemplate, unknownTemplate } from './chat-template';
import { jinjaTemplate } from './jinja-template';
import type { MessageTemplate } from './message-template';

/** What a template may be called. */
const KNOWN = [
  ...CHAT_TEMPLATES,
  'tokenizer (its own)',
  'tokenizer:<name> (one of several)',
  'the path of a .jinja file',
];

/** Tells whether a template is named by the path of a file. */
export const isTemplateFile = (name: string) => /\.jinja2?$/i.test(name);

/**
 * Loads a chat template: `plain` and `chatml` need no file; `tokenizer` is that of a tokenizer, in `chat_template.jinja` or in its
 * `tokenizer_config.json`, where there may be several, `tokenizer:tool_use`; the path of a file is a template in Jinja.
 *
 * @param tokenizer folder or name on the hub of the tokenizer, whose special tokens it writes
 * @throws LamoError `unknown-template`, `missing-template`, `bad-template`, `file-not-found`, `damaged-file`, and what `openRepository` throws
 * @example
 * const source = openCompletions('dialogues.jsonl', { template: await loadChatTemplate('tokenizer', 'my-model') });
 */
export async function loadChatTemplate(
  name: string,
  tokenizer: string,
  options: Omit<RepositoryOptions, 'type'> = {},
): Promise<MessageTemplate> {
  if (isChatTemplate(name)) return messageTemplate(name);
  const isFile = isTemplateFile(name);
  const [, own] = /^tokenizer(?::(.+))?$/.exec(name) ?? [];
  if (!isFile && !/^tokenizer(:|$)/.test(name)) throw unknownTemplate(name, KNOWN);
  if (isFile && !statSync(name, { throwIfNoEntry: false })?.isFile())
    throw fileNotFound(name, 'a chat template in Jinja');
  const repository = await openRepository(tokenizer, { ...options, type: 'model' });
  const config = await readConfig(repository);
  const tokens = specialTokens(config);
  if (isFile) return jinjaTemplate(readFileSync(name, 'utf8'), { name, tokens });
  const source = await ownTemplate(repository, config, own);
  return jinjaTemplate(source, { name: tokenizer, tokens });
}

type Config = Readonly<Record<string, unknown>>;

async function readConfig(repository: Repository): Promise<Config> {
  if (!repository.files.includes('tokenizer_config.json')) return {};
  try {
    return Object(JSON.parse(readFileSync(await repository.path('tokenizer_config.json'), 'utf8')));
  } catch (cause) {
    if (LamoError.isInstance(cause)) throw cause;
    throw new LamoError({
      where: 'data/completions',
      code: 'damaged-file',
      problem: `${repository.name}/tokenizer_config.json cannot be used`,
      expected: 'JSON',
      received: cause instanceof Error ? cause.message : String(cause),
      hint: 'Download or save it again.',
      cause,
    });
  }
}

/** The texts of special tokens, by the names of fields. The end of text of GPT-2 is not in its files. */
function specialTokens(config: Config): Record<string, string> {
  const tokens: Record<string, string> = { eos_token: END_OF_TEXT };
  for (const [name, value] of Object.entries(config)) {
    const text = typeof value === 'string' ? value : (Object(value) as Config).content;
    if (/^\w+_token$/.test(name) && typeof text === 'string') tokens[name] = text;
  }
  return tokens;
}

async function ownTemplate(
  repository: Repository,
  { chat_template: given }: Config,
  wanted: string | undefined,
): Promise<string> {
  const file = 'chat_template.jinja';
  if (wanted === undefined && repository.files.includes(file))
    return readFileSync(await repository.path(file), 'utf8');
  const several = (Array.isArray(given) ? given : [{ name: 'default', template: given }])
    .map((one) => Object(one) as Config)
    .filter(({ template }) => typeof template === 'string');
  const found = several.find(({ name }) => name === (wanted ?? 'default'));
  if (found !== undefined) return found.template as string;
  throw new LamoError({
    where: 'data/completions',
    code: 'missing-template',
    problem: `The tokenizer of ${repository.name} has no chat template${wanted === undefined ? '' : ` ${wanted}`}`,
    expected: `chat_template in tokenizer_config.json, or a file ${file}`,
    received: several.map(({ name }) => `one called ${name}`).join(', ') || 'none',
    hint: 'Models that were only pre-trained have none. Choose another: `plain`, `chatml`, or the path of a .jinja file.',
  });
}
