import type { ApiAnswer } from './api-request.ts';
import { type ClusterCall, messageOf, refusedBy } from './cluster-error.ts';
import type { KubeObject } from './cluster-port.ts';
import type { DryRun, Removal } from './definition-port.ts';
import { conflictsIn, missingNamespaceIn, statusBody, unaskableIn } from './status-body.ts';

/** Whether the object was judged. A webhook that fails is a 500; credentials, load and a server that is away are not its fault. */
const isVerdict = (status: number): boolean =>
  status === 500 || (status >= 400 && status < 500 && ![401, 408, 410, 429].includes(status));

const isOk = ({ status }: ApiAnswer): boolean => status >= 200 && status < 300;

/** @throws ClusterError where the object was not judged */
export function dryRunAnswer(call: ClusterCall, answer: ApiAnswer, parsed: () => KubeObject): DryRun {
  if (isOk(answer)) return { outcome: 'accepted', object: parsed() };
  if (!isVerdict(answer.status)) throw refusedBy(call, answer);
  const status = statusBody(answer.body) ?? {};
  const conflicts = answer.status === 409 ? conflictsIn(status) : [];
  if (conflicts.length > 0) return { outcome: 'conflict', conflicts };
  const missingNamespace = answer.status === 404 ? missingNamespaceIn(status) : undefined;
  const unaskable = answer.status === 400 ? unaskableIn(status) : undefined;
  return {
    outcome: 'refused',
    message: messageOf(call, answer),
    ...(missingNamespace === undefined ? {} : { missingNamespace }),
    ...(unaskable === undefined ? {} : { unaskable }),
  };
}

/** @throws ClusterError where the request was not judged */
export function removalAnswer(call: ClusterCall, answer: ApiAnswer): Removal {
  if (isOk(answer)) return { outcome: 'deleted' };
  if (!isVerdict(answer.status)) throw refusedBy(call, answer);
  if (answer.status === 404) return { outcome: 'gone' };
  if (answer.status === 409) return { outcome: 'changed' };
  return {
    outcome: 'refused',
    message: messageOf(call, answer),
    ...(answer.status === 500 ? { mayPass: true } : {}),
  };
}
