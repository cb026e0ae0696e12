import { nearest, ZeroshiftError } from '../messages/index.ts';

/**
 * A word that must be one of a few.
 * @param code of the error, such as `usage.colour`
 * @throws ZeroshiftError with that code, which names what is near
 */
export function oneOf<Word extends string>(
  given: string | undefined,
  words: readonly Word[],
  { code, where, what }: { readonly code: string; readonly where: string; readonly what: string },
): Word {
  const found = words.find((word) => word === given);
  if (found !== undefined) return found;
  const near = given === undefined ? undefined : nearest(given, words);
  throw new ZeroshiftError(given === undefined ? `no ${what} was given` : `there is no such ${what}`, {
    code,
    source: 'user',
    problems: [{ where, value: given, allowed: words.join(' or ') }],
    ...(near === undefined ? {} : { action: `did you mean ${near}?` }),
  });
}
