import type { KubeObject } from '../clusters/cluster-port.ts';
import type { ClusterLocation } from '../fleet/locator.ts';
import { quoted } from '../runbook/shell.ts';
import { groupOf } from './object-name.ts';

const reasons: Readonly<Record<string, string>> = {
  ' Namespace': 'everything in the namespace would go with it',
  'apiextensions.k8s.io CustomResourceDefinition': 'every object of the kind would go with it',
  ' PersistentVolumeClaim': 'what is stored in it would go with it',
  ' PersistentVolume': 'what is stored in it would go with it',
};

/** Why an object is never deleted by the tool, though it left the definition; undefined where it may be. */
export function keptBecause({ apiVersion, kind, spec }: KubeObject): string | undefined {
  const claims = spec?.persistentVolumeClaimRetentionPolicy?.whenDeleted;
  if (kind === 'StatefulSet' && claims === 'Delete') return 'its volume claims would go with it';
  return reasons[`${groupOf(apiVersion)} ${kind}`];
}

/** The command by which a person deletes the object, once they have looked. */
export function deletionCommand(
  { apiVersion, kind, metadata: { name, namespace } }: KubeObject,
  { kubeconfig, context }: Pick<ClusterLocation, 'kubeconfig' | 'context'>,
): string {
  const group = groupOf(apiVersion);
  return [
    'kubectl',
    ...(kubeconfig === undefined ? [] : ['--kubeconfig', quoted(kubeconfig)]),
    ...(context === undefined ? [] : ['--context', quoted(context)]),
    'delete',
    group === '' ? kind.toLowerCase() : `${kind.toLowerCase()}.${group}`,
    quoted(name),
    ...(namespace === undefined ? [] : ['--namespace', quoted(namespace)]),
  ].join(' ');
}
