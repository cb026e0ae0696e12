import { type Problem, ZeroshiftError } from '../../../messages/error.ts';
import type { AppSettings } from '../data-plane.ts';

const numbers = {
  answerMs: { variable: 'ANSWER_MS', least: 0, most: 600_000, standard: 0 },
  answerStatus: { variable: 'ANSWER_STATUS', least: 200, most: 599, standard: 200 },
  answerBytes: { variable: 'ANSWER_BYTES', least: 0, most: 1_073_741_824, standard: 0 },
  startupMs: { variable: 'STARTUP_MS', least: 0, most: 600_000, standard: 500 },
  shutdownMs: { variable: 'SHUTDOWN_MS', least: 0, most: 600_000, standard: 100 },
} as const;

type Name = keyof typeof numbers;

/** A number within bounds; the standard one of an empty text, and undefined of any other. */
export function wholeNumber(text: string, standard: number, least: number, most: number): number | undefined {
  if (text === '') return standard;
  const value = Number(text);
  return /^\d+$/.test(text) && value >= least && value <= most ? value : undefined;
}

/** How one request wants to be answered: its query may replace the settings. Undefined when it is wrong. */
export function answerOf(
  app: AppSettings,
  query: URLSearchParams,
): Pick<AppSettings, 'answerMs' | 'answerStatus' | 'answerBytes'> | undefined {
  const read = (name: 'answerMs' | 'answerStatus' | 'answerBytes'): number | undefined => {
    const { variable, least, most } = numbers[name];
    return wholeNumber(query.get(variable) ?? '', app[name], least, most);
  };
  const [answerMs, answerStatus, answerBytes] = [read('answerMs'), read('answerStatus'), read('answerBytes')];
  if (answerMs === undefined || answerStatus === undefined || answerBytes === undefined) return undefined;
  return { answerMs, answerStatus, answerBytes };
}

/**
 * What a user container of a rehearsal does, from its environment variables; an absent or empty one has its default:
 * TARGET `world`, ANSWER_MS 0, ANSWER_STATUS 200, ANSWER_BYTES 0 (no padding), STARTUP_MS 500, SHUTDOWN_MS 100.
 * @throws ZeroshiftError `rehearsal.app-settings` with every wrong variable
 */
export function appSettings(env: Readonly<Record<string, string | undefined>>): AppSettings {
  const problems: Problem[] = [];
  const read = (name: Name): number => {
    const { variable, least, most, standard } = numbers[name];
    const text = env[variable];
    const value = wholeNumber(text ?? '', standard, least, most);
    if (value !== undefined) return value;
    problems.push({ where: variable, value: text, allowed: `a whole number from ${least} to ${most}` });
    return standard;
  };
  const target = env.TARGET ?? '';
  const settings: AppSettings = {
    target: target === '' ? 'world' : target,
    answerMs: read('answerMs'),
    answerStatus: read('answerStatus'),
    answerBytes: read('answerBytes'),
    startupMs: read('startupMs'),
    shutdownMs: read('shutdownMs'),
  };
  if (problems.length > 0)
    throw new ZeroshiftError('the rehearsal cannot run a container with these variables', {
      code: 'rehearsal.app-settings',
      source: 'user',
      problems,
      action: 'correct the environment variables of the service',
    });
  return settings;
}
