import { ZeroshiftError } from '../../../../lib/messages/error.ts';
import type { StorePort } from './rehearsed-knative.ts';

/** Fails the nth write: before it is done, or after, so that its answer is lost. */
export function failing(port: StorePort, nth: number, isDone: boolean): StorePort {
  let count = 0;
  const gone = (): ZeroshiftError =>
    new ZeroshiftError('gone', { code: 'cluster.unavailable', source: 'outside' });
  return new Proxy(port, {
    get(target, property) {
      const method: unknown = Reflect.get(target, property);
      if (!['apply', 'patch', 'create', 'remove'].includes(String(property)) || typeof method !== 'function')
        return method;
      return async (...given: unknown[]) => {
        if (!isDone && ++count === nth) throw gone();
        const answer: unknown = await method.apply(target, given);
        // One that comes too late is none.
        if (isDone && ++count === nth) throw gone();
        return answer;
      };
    },
  });
}
