import type { TokenPlace } from '../fleet/cutover-gates.ts';
import type { PrometheusSample } from './prometheus-text.ts';
import { readToken } from './token.ts';

/** A Prometheus server, or whatever answers its HTTP API. */
export interface Prometheus {
  /**
   * The instant vector of a query. A scalar is one sample without labels.
   * @throws Error that says what there was instead of an answer; never the URL, which may hold a password
   */
  query(query: string, timeoutMs: number): Promise<readonly PrometheusSample[]>;
}

/**
 * @param url of the server, to which `/api/v1/query` is added; a user and a password in it are sent as such
 * @param token sent as a bearer token, in place of these
 */
export function createPrometheus(url: string, token?: TokenPlace): Prometheus {
  const base = new URL(url);
  const { username, password } = base;
  base.username = '';
  base.password = '';
  base.pathname = `${base.pathname.replace(/\/+$/, '')}/api/v1/query`;
  const login = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
  const authorizationNow = async (): Promise<string | undefined> => {
    if (token !== undefined) return `Bearer ${await readToken(token)}`;
    return username === '' ? undefined : `Basic ${login.toString('base64')}`;
  };
  return {
    query: async (query, timeoutMs) => {
      const authorization = await authorizationNow();
      const response = await fetch(base, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          ...(authorization === undefined ? {} : { authorization }),
        },
        body: new URLSearchParams({ query }),
        // A redirected POST would ask somebody else.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      }).catch((cause: unknown) => {
        throw new Error(unanswered(cause, timeoutMs), { cause });
      });
      const text = await response.text();
      return samplesOf(answerOf(text, response.status));
    },
  };
}

/** What there was instead of an answer, without the address. */
export function unanswered(cause: unknown, timeoutMs: number): string {
  if (cause instanceof Error && cause.name === 'TimeoutError')
    return `no answer within ${timeoutMs / 1000} s`;
  const reason = cause instanceof Error ? cause.cause : undefined;
  return `no answer: ${reason instanceof Error && 'code' in reason ? String(reason.code) : 'it could not be reached'}`;
}

interface Answer {
  readonly status?: unknown;
  readonly error?: unknown;
  readonly data?: { readonly resultType?: unknown; readonly result?: unknown };
}

function answerOf(text: string, status: number): Answer {
  let answer: Answer | null;
  try {
    answer = JSON.parse(text) as Answer | null;
  } catch {
    throw new Error(`status ${status}, and no JSON`);
  }
  if (answer?.status !== 'success')
    throw new Error(`status ${status}: ${String(answer?.error ?? 'no success')}`);
  return answer;
}

function samplesOf({ data }: Answer): PrometheusSample[] {
  const { resultType, result } = data ?? {};
  if (resultType === 'scalar' && isPoint(result))
    return [{ name: '', labels: {}, value: numberOf(result[1]) }];
  if (resultType !== 'vector' || !Array.isArray(result))
    throw new Error(`the query gives a ${String(resultType)}, not an instant vector`);
  return result.map((entry: { metric?: Record<string, string>; value?: unknown }) => {
    if (!isPoint(entry.value)) throw new Error('a series has no value');
    const { __name__: name = '', ...labels } = entry.metric ?? {};
    return { name, labels, value: numberOf(entry.value[1]) };
  });
}

const isPoint = (value: unknown): value is readonly [number, string] =>
  Array.isArray(value) && value.length === 2 && typeof value[1] === 'string';

function numberOf(text: string): number {
  if (/^[+-]?Inf$/.test(text))
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return text === 'NaN' ? Number.NaN : Number(text);
}
