import { nearest } from '../../messages/nearest.ts';
import { isNegativeQuantity, isQuantity, parseGoDuration, parseGoFloat } from '../go-values.ts';
import type { ConfigKey, ConfigKind, ShapeProblem } from './kinds.ts';

interface Kind {
  fits(value: unknown): boolean;
  readonly allowed: string;
}

const isText = (value: unknown): value is string => typeof value === 'string';

const kinds: Readonly<Record<Exclude<ConfigKind, 'flag' | 'word' | 'object'>, Kind>> = {
  bool: { fits: (value) => typeof value === 'boolean', allowed: 'true or false' },
  int: { fits: Number.isSafeInteger, allowed: 'a whole number' },
  // Knative reads infinities and what is no number; no setting can mean them.
  float: { fits: Number.isFinite, allowed: 'a number' },
  duration: {
    fits: (value) => isText(value) && parseGoDuration(value) !== undefined,
    allowed: "a duration as text, such as '90s', '5m' or '1h30m'",
  },
  quantity: {
    fits: (value) => isText(value) && /\d/.test(value) && isQuantity(value) && !isNegativeQuantity(value),
    allowed: "a Kubernetes quantity of at least 0 as text, such as '100m' or '64Mi'",
  },
  text: { fits: isText, allowed: 'text' },
  list: {
    fits: (value) =>
      Array.isArray(value) &&
      value.every((item) => isText(item) && item.trim() !== '' && !item.includes(',')),
    allowed: "a list of texts without commas, such as ['a', 'b']",
  },
};

/** What to write where the value is right but for its type. */
function rewritten(kind: keyof typeof kinds, value: unknown): string | undefined {
  if (kind === 'bool' && isText(value) && /^(true|false)$/i.test(value))
    return `${value.toLowerCase()}, without quotes`;
  if ((kind === 'int' || kind === 'float') && isText(value) && parseGoFloat(value) !== undefined) {
    const number = Number(value);
    if (kinds[kind].fits(number)) return `${number}, without quotes`;
  }
  if (kind === 'duration' && typeof value === 'number' && value >= 0)
    return `a duration as text: '${value}s' for so many seconds`;
  if (kind === 'quantity' && typeof value === 'number' && value >= 0) return `'${value}', as text`;
  if (kind === 'text' && ['number', 'boolean'].includes(typeof value)) return `'${value}', as text`;
  return undefined;
}

const enumerated = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;

const suggestion = (value: unknown, words: readonly string[]): string => {
  const near = isText(value) ? nearest(value, words) : undefined;
  return near === undefined ? '' : `; did you mean "${near}"?`;
};

const isWord = (value: unknown, { words = [], exact = false }: ConfigKey): boolean =>
  isText(value) &&
  words.some((word) => word === value || (!exact && word.toLowerCase() === value.toLowerCase()));

function problemOf(key: ConfigKey, value: unknown): string | undefined {
  const { words = [], kind } = key;
  if (isWord(value, key)) return undefined;
  if (kind === 'flag' || kind === 'word' || kind === 'object') {
    const refused =
      kind === 'flag' && isText(value) && value.toLowerCase() === 'allowed'
        ? ': "allowed" would count as disabled'
        : suggestion(value, words);
    return `${enumerated(words)}${refused}`;
  }
  if (!kinds[kind].fits(value)) {
    const allowed = rewritten(kind, value) ?? kinds[kind].allowed;
    return words.length === 0 ? allowed : `${allowed}, or ${enumerated(words)}${suggestion(value, words)}`;
  }
  if (kind === 'text' && key.fallback !== '' && isText(value) && value.trim() === '')
    return `some text; left out, it is ${key.fallback}`;
  const { items } = key;
  const strange =
    items === undefined ? undefined : (value as readonly string[]).find((item) => !items.includes(item));
  if (items !== undefined && strange !== undefined)
    return `of ${items.join(', ')}${suggestion(strange, items)}`;
  return undefined;
}

/** What is wrong with a value as a person wrote it; nothing where Knative would read what was meant. */
export function checkValue(key: ConfigKey, value: unknown): readonly ShapeProblem[] {
  if (key.kind === 'object' && key.shape !== undefined && !isWord(value, key)) return key.shape(value);
  const allowed = problemOf(key, value);
  return allowed === undefined ? [] : [{ path: '', value, allowed }];
}
