import { renderTemplate, type TemplateValues, templateProblem } from '../go-template/index.ts';
import {
  fieldNamed,
  isFields,
  isText,
  isTexts,
  type Reader,
  readBool,
  readInt,
  readText,
  readYamlAt,
  refuse,
} from './read.ts';

const domainValues: TemplateValues = {
  Name: 'foo',
  Namespace: 'bar',
  Domain: 'baz.com',
  Annotations: {},
  Labels: {},
};
const tagValues: TemplateValues = { Name: 'foo', Tag: 'v2' };

/** Whether a host name stands where the template makes one: nothing but a host, and perhaps a port. */
function isHost(text: string): boolean {
  const [authority = '', ...path] = text.replace(/#.*$/s, '').split('/');
  const [host = '', query] = authority.split('?');
  if (query !== undefined || path.join('/') !== '') return false;
  const bare = host.slice(host.lastIndexOf('@') + 1);
  return /^([^\s\p{Cc}:/?#@[\]\\^`{|}%]+|\[[^\]]+\])(:\d*)?$/u.test(bare);
}

/** The last of the keys that is there, and the template in it. */
function templateAt(reader: Reader, keys: readonly string[], fallback: string): readonly [string, string] {
  const key = keys.findLast((name) => reader.data[name] !== undefined) ?? keys[0] ?? '';
  return [key, readText(reader, fallback, ...keys)];
}

function checkTemplates(reader: Reader): void {
  const [domainKey, domain] = templateAt(
    reader,
    ['domainTemplate', 'domain-template'],
    '{{.Name}}.{{.Namespace}}.{{.Domain}}',
  );
  const [tagKey, tag] = templateAt(reader, ['tagTemplate', 'tag-template'], '{{.Tag}}-{{.Name}}');
  const problem = templateProblem(domain, domainValues);
  const hostRule =
    'a Go template over .Name, .Namespace, .Domain, .Labels and .Annotations that makes a host name';
  if (problem !== undefined) refuse(reader, domainKey, 'config.template', `${hostRule}; ${problem}`);
  else if (!isHost(renderTemplate(domain, domainValues) ?? ''))
    refuse(reader, domainKey, 'config.template', hostRule);
  const tagProblem = templateProblem(tag, tagValues);
  if (tagProblem !== undefined)
    refuse(reader, tagKey, 'config.template', `a Go template over .Name and .Tag; ${tagProblem}`);
}

function isLabelSelector(selector: unknown): boolean {
  if (!isFields(selector)) return false;
  const expressions = fieldNamed(selector, 'matchExpressions') ?? [];
  return (
    isTexts(fieldNamed(selector, 'matchLabels')) &&
    Array.isArray(expressions) &&
    expressions.every((expression) => {
      if (expression === null) return true;
      if (!isFields(expression)) return false;
      const values = fieldNamed(expression, 'values') ?? [];
      const names = [fieldNamed(expression, 'key'), fieldNamed(expression, 'operator')];
      return Array.isArray(values) && [...names, ...values].every(isText);
    })
  );
}

/** `config-network`: what upstream refuses. */
export function checkNetwork(reader: Reader): void {
  const duration = readInt(reader, 0, 64, 'rolloutDuration', 'rollout-duration');
  readBool(reader, false, 'autocreateClusterDomainClaims', 'autocreate-cluster-domain-claims');
  readBool(reader, false, 'enable-mesh-pod-addressability');
  readBool(reader, false, 'internal-encryption');
  const selectorKey = 'namespace-wildcard-cert-selector';
  const selector = readYamlAt(reader, selectorKey);
  if (selector !== undefined && !isLabelSelector(selector))
    refuse(reader, selectorKey, 'config.selector', 'a label selector with matchLabels or matchExpressions');
  if (duration < 0) refuse(reader, 'rollout-duration', 'config.range', 'whole seconds of at least 0');
  checkTemplates(reader);
  const protocolKey = reader.data['http-protocol'] === undefined ? 'httpProtocol' : 'http-protocol';
  const oneOf = (key: string, ...allowed: readonly string[]): void => {
    if (!['', ...allowed].includes((reader.data[key] ?? '').toLowerCase()))
      refuse(reader, key, 'config.choice', allowed.join(', '));
  };
  oneOf(protocolKey, 'enabled', 'disabled', 'redirected');
  oneOf('system-internal-tls', 'enabled', 'disabled');
  oneOf('cluster-local-domain-tls', 'enabled', 'disabled');
}
