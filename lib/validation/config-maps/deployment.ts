import { isDns1123Subdomain, isLabelValue, isQualifiedName } from '../names.ts';
import {
  fieldNamed,
  isFields,
  isTexts,
  type Reader,
  readBool,
  readDuration,
  readQuantities,
  readText,
  readYamlAt,
  refuse,
} from './read.ts';

const second = 1e9;

const isSelector = (selector: unknown): boolean =>
  !isFields(selector) ||
  Object.entries(selector).every(([key, value]) => isQualifiedName(key) && isLabelValue(String(value ?? '')));

function checkRuntimeClasses(reader: Reader): void {
  const key = 'runtime-class-name';
  const classes = readYamlAt(reader, key);
  if (classes === undefined) return;
  const fits =
    isFields(classes) &&
    Object.entries(classes).every(([name, options]) => {
      if (options !== null && !isFields(options)) return false;
      const selector = options === null ? undefined : fieldNamed(options, 'selector');
      return isDns1123Subdomain(name) && isTexts(selector) && isSelector(selector);
    });
  if (!fits)
    refuse(reader, key, 'config.runtime-class', 'a map from class to its selector, which holds labels');
}

/** `config-deployment`: what upstream refuses. */
export function checkDeployment(reader: Reader): void {
  const image = readText(reader, '', 'queueSidecarImage', 'queue-sidecar-image');
  const deadline = readDuration(reader, 600 * second, 'progressDeadline', 'progress-deadline');
  const digest = readDuration(reader, 10 * second, 'digestResolutionTimeout', 'digest-resolution-timeout');
  for (const [old, resource] of [
    ['CPU', 'cpu'],
    ['Memory', 'memory'],
    ['EphemeralStorage', 'ephemeral-storage'],
  ])
    for (const side of ['Request', 'Limit'])
      readQuantities(reader, `queueSidecar${old}${side}`, `queue-sidecar-${resource}-${side.toLowerCase()}`);
  readBool(reader, false, 'pod-is-always-schedulable');
  checkRuntimeClasses(reader);
  const affinity = reader.data['default-affinity-type'];
  if (image === '') refuse(reader, 'queue-sidecar-image', 'config.missing', 'the image of the queue-proxy');
  if (deadline <= 0 || deadline % second !== 0)
    refuse(reader, 'progress-deadline', 'config.range', 'whole seconds of at least 1');
  if (digest <= 0) refuse(reader, 'digest-resolution-timeout', 'config.range', 'a duration above 0s');
  if (affinity !== undefined && !['none', 'prefer-spread-revision-over-nodes'].includes(affinity))
    refuse(reader, 'default-affinity-type', 'config.affinity', 'none or prefer-spread-revision-over-nodes');
}
