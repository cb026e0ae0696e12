/** `unknown`: it could not be read, and why is in `value`. Never taken for a pass. */
export type CheckVerdict = 'pass' | 'warn' | 'fail' | 'unknown';

/** What one check found in one place. All of it is text for people. */
export interface CheckResult {
  /** Stable, such as `node-expiry`. */
  readonly check: string;
  /** Such as `eu-west-1 green`. */
  readonly where: string;
  /** What was found, or why nothing could be. */
  readonly value: string;
  /** What it is held against. */
  readonly limit: string;
  readonly verdict: CheckVerdict;
  /** What to do now, as a clause. @default - nothing */
  readonly todo?: string;
}

/** Something that was read, or the reason why it could not be. */
export type Reading<T> = { readonly known: T } | { readonly why: string };

/** What a check says of a fact that is known. */
export type Judgement = Pick<CheckResult, 'value' | 'verdict'> & Partial<Pick<CheckResult, 'todo' | 'limit'>>;

/** One check: what it is called and held against, and what it says where its fact could be read. */
export interface CheckOf<T> {
  readonly check: string;
  readonly where: string;
  readonly limit: string;
  readonly fact: Reading<T>;
  /** What to do where the fact cannot be read. @default - let whoever asks read it */
  readonly unread?: string;
  readonly judge: (fact: T) => Judgement;
}

const usualUnread = 'let whoever runs this read it, and look again';

/** A check's answer; what could not be read is `unknown`. Pure. */
export function answer<T>({
  check,
  where,
  limit,
  fact,
  unread = usualUnread,
  judge,
}: CheckOf<T>): CheckResult {
  if ('why' in fact)
    return { check, where, limit, value: `not known: ${fact.why}`, verdict: 'unknown', todo: unread };
  return { check, where, limit, ...judge(fact.known) };
}

/** Both facts, where both are known. */
export function both<A, B>(a: Reading<A>, b: Reading<B>): Reading<readonly [A, B]> {
  if ('why' in a) return a;
  if ('why' in b) return b;
  return { known: [a.known, b.known] };
}

export const mapped = <A, B>(fact: Reading<A>, of: (known: A) => B): Reading<B> =>
  'why' in fact ? fact : { known: of(fact.known) };

const shown = 5;

/** The first few of many. */
export const few = (names: readonly string[]): string =>
  names.length <= shown
    ? names.join(', ')
    : `${names.slice(0, shown).join(', ')} and ${names.length - shown} more`;

export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** Found nothing wrong, or these: the usual shape of a check that looks for something. */
export const findings = (
  found: readonly string[],
  { clean, wrong, verdict, todo }: { clean: string; wrong: string; verdict: CheckVerdict; todo: string },
): Judgement =>
  found.length === 0
    ? { value: clean, verdict: 'pass' }
    : { value: `${wrong}: ${few(found)}`, verdict, todo };
