import type { Say } from '../../messages/index.ts';
import type { ApplyProgress, ObjectResult } from '../../migration/apply/index.ts';

/** Milliseconds between two lines on how far something is. */
const every = 2_000;

/** True at most that often. */
export function seldom(): () => boolean {
  let last = Date.now();
  return () => {
    if (Date.now() - last < every) return false;
    last = Date.now();
    return true;
  };
}

const placeOf = ({ apiVersion, kind, namespace, name }: ObjectResult) => ({
  apiVersion,
  kind,
  ...(namespace === undefined ? {} : { namespace }),
  name,
});

/** Says what becomes of each object, and now and then how far it is. */
export function sayProgress(say: Say, region: string): (progress: ApplyProgress) => void {
  const mayNow = seldom();
  return ({ object, done, of, atOnce }) => {
    const { outcome, reason, conflicts } = object;
    const place = { region, ...placeOf(object) };
    // What was not begun when it was told to stop is counted at the end, and begun by the next run.
    if (reason?.code === 'interrupted') return;
    if (outcome === 'applied' || outcome === 'unchanged') say('migrate.object', { ...place, outcome });
    else
      say('migrate.not-made', {
        ...place,
        outcome,
        code: reason?.code ?? 'unknown',
        why: reason?.why ?? 'no reason given',
        action: reason?.action ?? 'run the same command again',
        ...(conflicts === undefined ? {} : { conflicts }),
      });
    if (mayNow()) say('migrate.progress', { region, done, of, atOnce });
  };
}
