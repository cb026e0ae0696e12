import type { EntranceAnswer, NoAnswer } from '../../metrics/entrance-port.ts';

export type Answer = EntranceAnswer | NoAnswer;

/** Bytes of a body that are shown where two differ. */
const shownBytes = 24;

/** Why an answer is none that a service gave. Undefined for one that is. */
export function failureOf(answer: Answer): string | undefined {
  if ('error' in answer) return answer.error;
  if (answer.status >= 500) return `status ${answer.status}`;
  return answer.status === 404 && answer.byGateway ? 'the gateway knows no service of this host' : undefined;
}

/** The first thing in which two complete answers differ, as a clause. Undefined where they are the same. */
export function answerDifference(found: EntranceAnswer, wanted: EntranceAnswer): string | undefined {
  if (found.status !== wanted.status) return `status ${found.status} instead of ${wanted.status}`;
  if (found.contentType !== wanted.contentType)
    return `content-type ${found.contentType ?? 'nothing'} instead of ${wanted.contentType ?? 'nothing'}`;
  return bodyDifference(found.body, wanted.body);
}

function bodyDifference(found: Buffer, wanted: Buffer): string | undefined {
  if (found.equals(wanted)) return undefined;
  const shorter = Math.min(found.length, wanted.length);
  let at = 0;
  while (at < shorter && found[at] === wanted[at]) at++;
  return `body differs from byte ${at} on: ${part(found, at)} instead of ${part(wanted, at)}`;
}

const part = (body: Buffer, at: number): string =>
  at >= body.length ? 'its end' : JSON.stringify(body.toString('utf8', at, at + shownBytes));
