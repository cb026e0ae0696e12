import { templateProblem } from '../go-template/index.ts';
import { parseGoDuration, parseGoUint } from '../go-values.ts';
import {
  fieldNamed,
  isFields,
  isText,
  isTexts,
  type Reader,
  readBool,
  readDuration,
  readFloat,
  readInt,
  readText,
  readUint,
  readYamlAt,
  refuse,
} from './read.ts';

/** `config-gc`: what upstream refuses. */
export function checkGc(reader: Reader): void {
  const { data } = reader;
  const min = readInt(reader, 20, 64, 'min-non-active-revisions');
  for (const key of ['retain-since-create-time', 'retain-since-last-active-time']) {
    const text = (data[key] ?? '').trim();
    if (text === '' || text.toLowerCase() === 'disabled') continue;
    const time = parseGoDuration(text);
    if (time === undefined || time < 0)
      refuse(reader, key, 'config.duration', 'a Go duration of at least 0, or disabled');
  }
  const maxKey = 'max-non-active-revisions';
  const text = (data[maxKey] ?? '').trim();
  const max = text === '' ? 1000 : text.toLowerCase() === 'disabled' ? -1 : parseGoUint(text, 63);
  if (max === undefined) refuse(reader, maxKey, 'config.int', 'a whole number of at least 0, or disabled');
  if (min < 0) refuse(reader, 'min-non-active-revisions', 'config.range', 'a whole number of at least 0');
  if (max !== undefined && max >= 0 && min > max)
    refuse(reader, 'min-non-active-revisions', 'config.range', `at most ${maxKey}, ${max}`);
}

/** `config-leader-election`: what upstream refuses. */
export function checkLeaderElection(reader: Reader): void {
  for (const [old, key] of [
    ['leaseDuration', 'lease-duration'],
    ['renewDeadline', 'renew-deadline'],
    ['retryPeriod', 'retry-period'],
  ] as const)
    readDuration(reader, 0, old, key);
  const buckets = readUint(reader, 1, 32, 'buckets');
  if (buckets < 1 || buckets > 10) refuse(reader, 'buckets', 'config.range', 'a whole number from 1 to 10');
}

const levels = ['debug', 'info', 'warn', 'warning', 'error', 'dpanic', 'panic', 'fatal'];

/** `config-logging`: what upstream refuses. It does not look into `zap-logger-config`. */
export function checkLogging(reader: Reader): void {
  for (const [key, level] of Object.entries(reader.data))
    if (/^loglevel\../.test(key) && level !== '' && !levels.includes(level.toLowerCase()))
      refuse(reader, key, 'config.level', levels.join(', '));
}

/** Where something is sent; some protocols need an endpoint, some must have none. */
function checkProtocol(
  reader: Reader,
  name: string,
  protocols: Readonly<Record<string, 'needs' | 'none' | 'may'>>,
): void {
  const endpoint = readText(reader, '', `${name}-endpoint`);
  const rule = protocols[readText(reader, 'none', `${name}-protocol`)];
  if (rule === undefined)
    refuse(reader, `${name}-protocol`, 'config.choice', Object.keys(protocols).join(', '));
  if (rule === 'needs' && endpoint === '')
    refuse(reader, `${name}-endpoint`, 'config.endpoint', 'an endpoint: the protocol needs one');
  if (rule === 'none' && endpoint !== '')
    refuse(reader, `${name}-endpoint`, 'config.endpoint', 'nothing: the protocol has no endpoint');
}

function checkInterval(reader: Reader, key: string): void {
  if (readDuration(reader, 0, key) < 0) refuse(reader, key, 'config.range', 'a duration of at least 0s');
}

/** `config-observability`: what upstream refuses. */
export function checkObservability(reader: Reader): void {
  const metrics = { none: 'none', prometheus: 'may', grpc: 'needs', 'http/protobuf': 'needs' } as const;
  checkProtocol(reader, 'tracing', { none: 'none', stdout: 'none', grpc: 'needs', 'http/protobuf': 'needs' });
  const rate = readFloat(reader, 0, 'tracing-sampling-rate');
  if (rate < 0 || rate > 1) refuse(reader, 'tracing-sampling-rate', 'config.range', 'a number from 0 to 1');
  for (const name of ['metrics', 'request-metrics']) {
    checkProtocol(reader, name, metrics);
    checkInterval(reader, `${name}-export-interval`);
  }
  if (!['enabled', 'disabled'].includes(readText(reader, 'disabled', 'runtime-profiling')))
    refuse(reader, 'runtime-profiling', 'config.choice', 'enabled, disabled');
  checkInterval(reader, 'runtime-export-interval');
  readBool(reader, false, 'logging.enable-var-log-collection');
  readBool(reader, false, 'logging.enable-probe-request-log');
  const logs = readBool(reader, false, 'logging.enable-request-log');
  const templateKey = 'logging.request-log-template';
  const template = readText(reader, '{}', templateKey);
  if (template === '' && logs)
    refuse(reader, templateKey, 'config.missing', 'a template: request logs are on');
  const problem = templateProblem(template);
  if (problem !== undefined) refuse(reader, templateKey, 'config.template', `a Go template; ${problem}`);
}

/** `config-domain`: what upstream refuses. Its keys are the domains. */
export function checkDomain(reader: Reader): void {
  for (const key of Object.keys(reader.data)) {
    if (key === '_example') continue;
    const options = readYamlAt(reader, key);
    if (options === undefined) continue;
    const fits =
      isFields(options) && isTexts(fieldNamed(options, 'selector')) && isText(fieldNamed(options, 'type'));
    if (!fits) refuse(reader, key, 'config.domain-options', 'nothing, or YAML with a selector of labels');
  }
}

/** `config-certmanager`: what upstream refuses. */
export function checkCertManager(reader: Reader): void {
  for (const key of ['issuerRef', 'clusterLocalIssuerRef', 'systemInternalIssuerRef']) {
    const reference = readYamlAt(reader, key);
    if (reference === undefined) continue;
    const fits =
      isFields(reference) && ['name', 'kind', 'group'].every((field) => isText(fieldNamed(reference, field)));
    if (!fits) refuse(reader, key, 'config.issuer', 'YAML with name, kind and group');
  }
}
