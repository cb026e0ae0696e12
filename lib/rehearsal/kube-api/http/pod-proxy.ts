import { refuse } from '../status-error.ts';
import { answerText } from './answers.ts';
import type { Call } from './call.ts';
import type { Context } from './context.ts';
import type { Target } from './target.ts';

/** `GET /api/v1/namespaces/N/pods/P:port/proxy/path`, answered by the pod. */
export async function proxy(context: Context, call: Call, target: Target): Promise<void> {
  if (target.resource !== 'pods') throw refuse.unknownPath();
  const [name, port] = podAndPort(target.name ?? '');
  const [, behind = ''] = /^\/api\/v1\/namespaces\/[^/]+\/pods\/[^/]+\/proxy(.*)$/.exec(call.path) ?? [];
  const query = call.query.toString();
  const path = `${behind.startsWith('/') ? behind : `/${behind}`}${query === '' ? '' : `?${query}`}`;
  const answer = await context.podProxy(target.namespace ?? '', name, port, path);
  if (answer !== undefined) {
    answerText(call, answer.status, answer.body);
    return;
  }
  if (context.store.get('pods', target.namespace, name) === undefined) throw refuse.notFound('pods', name);
  throw refuse.unavailable(`error trying to reach pod ${name}: nothing listens on port ${port}`);
}

/** `name`, `name:port` or `http:name:port`; the port is 80 where there is none. */
function podAndPort(text: string): [name: string, port: number] {
  const parts = text.split(':');
  const [name = '', port = '80'] = parts.length === 3 ? parts.slice(1) : parts;
  const number = Number(port);
  if (parts.length > 3 || !Number.isInteger(number) || number < 1 || number > 65_535) {
    throw refuse.badRequest(`invalid pod request ${JSON.stringify(text)}`);
  }
  return [name, number];
}
