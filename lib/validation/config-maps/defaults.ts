import { objectMetaValues } from '../container-name.ts';
import { templateProblem } from '../go-template/index.ts';
import { type Reader, readBool, readInt, readQuantities, refuse } from './read.ts';

function checkTemplate(reader: Reader, key: string): void {
  const template = reader.data[key];
  const problem = template === undefined ? undefined : templateProblem(template, objectMetaValues({}));
  if (problem !== undefined)
    refuse(reader, key, 'config.template', `a Go template over the metadata of a service; ${problem}`);
}

/** `config-defaults`: what upstream refuses. */
export function checkDefaults(reader: Reader): void {
  const int = (key: string, fallback: number): number => readInt(reader, fallback, 64, key);
  checkTemplate(reader, 'init-container-name-template');
  checkTemplate(reader, 'container-name-template');
  readBool(reader, true, 'allow-container-concurrency-zero');
  const timeout = int('revision-timeout-seconds', 300);
  const longest = int('max-revision-timeout-seconds', 600);
  const idle = int('revision-idle-timeout-seconds', 0);
  const start = int('revision-response-start-timeout-seconds', timeout);
  const concurrency = int('container-concurrency', 0);
  const most = int('container-concurrency-max-limit', 1000);
  for (const resource of ['cpu', 'memory', 'ephemeral-storage'])
    readQuantities(reader, `revision-${resource}-request`, `revision-${resource}-limit`);
  if (reader.found.length > 0) return;
  const rule = (holds: boolean, key: string, allowed: string): void => {
    if (!holds) refuse(reader, key, 'config.range', allowed);
  };
  rule(timeout <= longest, 'revision-timeout-seconds', `at most max-revision-timeout-seconds, ${longest}`);
  for (const [key, value] of [
    ['revision-response-start-timeout-seconds', start],
    ['revision-idle-timeout-seconds', idle],
  ] as const)
    rule(value <= 0 || value <= timeout, key, `at most revision-timeout-seconds, ${timeout}`);
  rule(most >= 1, 'container-concurrency-max-limit', 'a whole number of at least 1');
  rule(
    concurrency >= 0 && concurrency <= most,
    'container-concurrency',
    `from 0 to container-concurrency-max-limit, ${most}`,
  );
}
