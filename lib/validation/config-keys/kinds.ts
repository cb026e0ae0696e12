/** What a key of a config map takes: how a person writes it in TypeScript, and when it is right. */

/** How a value is written. `word`: nothing but the key's words; `object`: what its shape says. */
export type ConfigKind =
  | 'bool'
  | 'int'
  | 'float'
  | 'duration'
  | 'quantity'
  | 'flag'
  | 'word'
  | 'text'
  | 'list'
  | 'object';

type Unit = 'ms' | 's' | 'm' | 'h';

/** A length of time as Go reads it: `90s`, `500ms`, `1h30m`. Hours are its longest unit. */
export type DurationText =
  | `${number}${Unit}`
  | `${number}h${number}m`
  | `${number}m${number}s`
  | `${number}h${number}m${number}s`;

/** An amount as Kubernetes reads it: `250m` of CPU, `64Mi` of memory. */
export type QuantityText = `${number}${'' | 'm' | 'k' | 'M' | 'G' | 'T' | 'Ki' | 'Mi' | 'Gi' | 'Ti'}`;

/** A word that Knative reads in any case; both usual spellings are known. */
export type AnyCase<Word extends string> = Word | Capitalize<Word>;

/** `allowed` leaves it to each service. */
export type Flag = AnyCase<'enabled' | 'allowed' | 'disabled'>;

/** Where `allowed` would mean the same as `disabled`, it is not taken. */
export type Switch = AnyCase<'enabled' | 'disabled'>;

/** One thing that is wrong inside a value. */
export interface ShapeProblem {
  /** Names below the value, such as `.kind`; empty for the value itself. */
  readonly path: string;
  readonly value: unknown;
  readonly allowed: string;
}

/** A key: its kind, and what holds where it is left out. */
export interface ConfigKey<Written = unknown> {
  readonly kind: ConfigKind;
  /** As the config map would say it; empty for none. */
  readonly fallback: string;
  /** Words that it takes, beside what its kind does. @default - none */
  readonly words?: readonly string[];
  /** Whether words are read in one spelling only. @default false */
  readonly exact?: boolean;
  /** What a list may hold. @default - any text without a comma */
  readonly items?: readonly string[];
  /** What is wrong with an object. */
  readonly shape?: (value: unknown) => readonly ShapeProblem[];
  /** Never set: carries the type that a person writes. */
  readonly written?: Written;
}

/** The props of a table of keys: each key as Knative names it, in its own type. */
export type Written<Table> = {
  readonly [Key in keyof Table]?: Table[Key] extends ConfigKey<infer Value> ? Value : never;
};

export const bool = (fallback: 'true' | 'false'): ConfigKey<boolean> => ({ kind: 'bool', fallback });
export const int = (fallback: `${number}` | ''): ConfigKey<number> => ({ kind: 'int', fallback });
export const float = (fallback: `${number}`): ConfigKey<number> => ({ kind: 'float', fallback });
export const duration = (fallback: DurationText): ConfigKey<DurationText> => ({ kind: 'duration', fallback });
export const quantity = (fallback: QuantityText | ''): ConfigKey<QuantityText> => ({
  kind: 'quantity',
  fallback,
});
export const text = (fallback: string): ConfigKey<string> => ({ kind: 'text', fallback });

/** A text with names that are known, among others. */
export const name = <Known extends string>(fallback: Known): ConfigKey<Known | (string & {})> => ({
  kind: 'text',
  fallback,
});

export const list = (fallback: string): ConfigKey<readonly string[]> => ({ kind: 'list', fallback });
export const listOf = <Item extends string>(items: readonly Item[]): ConfigKey<readonly Item[]> => ({
  kind: 'list',
  fallback: '',
  items,
});

/** A feature that can be left to each service. */
export const flag = (fallback: 'enabled' | 'disabled'): ConfigKey<Flag> => ({
  kind: 'flag',
  fallback,
  words: ['enabled', 'allowed', 'disabled'],
});

/** A feature that is on or off for all services. */
export const onOff = (fallback: 'enabled' | 'disabled'): ConfigKey<Switch> => ({
  kind: 'flag',
  fallback,
  words: ['enabled', 'disabled'],
});

/** One of some words, in any case. */
export const word = <Word extends string>(fallback: Word, ...others: Word[]): ConfigKey<AnyCase<Word>> => ({
  kind: 'word',
  fallback,
  words: [fallback, ...others],
});

/** One of some words, in this spelling. @param fallback empty: none */
export const exactly = <Word extends string>(
  fallback: Word | '',
  ...others: readonly Word[]
): ConfigKey<Word> => ({
  kind: 'word',
  fallback,
  words: fallback === '' ? others : [fallback, ...others],
  exact: true,
});

/** What a key takes, or a word beside it. */
export const or = <Value, Word extends string>(
  key: ConfigKey<Value>,
  ...words: readonly Word[]
): ConfigKey<Value | Word> => ({ kind: key.kind, fallback: key.fallback, words });

/** A structure, with what is wrong with it. */
export const structure = <Value>(
  fallback: string,
  shape: (value: unknown) => readonly ShapeProblem[],
): ConfigKey<Value> => ({ kind: 'object', fallback, shape });

/** The kinds of keys that other config maps have too. */
export const configKind = { bool, int, float, duration, text, list, exactly, or };
