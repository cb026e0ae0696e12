import type { KubeObject } from '../../../clusters/cluster-port.ts';
import type { Store } from '../../kube-api/index.ts';
import {
  annotations,
  controllerOf,
  isBeingDeleted,
  isControlledBy,
  isReason,
  keyOf,
  labels,
  resources,
  sameJson,
  splitKey,
  timestamp,
} from '../objects/index.ts';
import { conditionOf } from './conditions.ts';
import type { ControllerContext } from './context.ts';
import type { Controller } from './manager.ts';
import { revisionName } from './names.ts';
import { readyIs, reconcileStatus } from './reconcile-status.ts';

/** A Configuration: one Revision for each of its generations, and which of them are the latest. */
export function configurationController(context: ControllerContext): Controller {
  const { store } = context;
  return {
    name: 'configuration',
    watches: [
      { resource: resources.configurations, keys: (object) => [keyOf(object)] },
      {
        resource: resources.revisions,
        keys: (object) => {
          const name = object.metadata.labels?.[labels.configuration];
          return name === undefined ? [] : [`${object.metadata.namespace}/${name}`];
        },
      },
    ],
    reconcile(key) {
      const { namespace, name } = splitKey(key);
      const configuration = store.get(resources.configurations, namespace, name);
      if (configuration === undefined || isBeingDeleted(configuration)) return undefined;
      const props = {
        store,
        resource: resources.configurations,
        object: configuration,
        set: { dependents: [] },
        now: context.now(),
      };
      return reconcileStatus(props, (status, conditions) => {
        const failed = (message: string): void =>
          conditions.markFalse(
            'Ready',
            'RevisionFailed',
            `Revision creation failed with message: ${message}.`,
          );
        const found = latestCreated(store, configuration);
        if (found === 'taken') {
          failed(`revisions.serving.knative.dev "${templateName(configuration)}" already exists`);
          return undefined;
        }
        let latest = found;
        try {
          latest ??= store.create(resources.revisions, makeRevision(configuration, context.now()));
        } catch (error) {
          // As upstream: a generated name that is taken is tried again, and the configuration stays unknown.
          if (!isReason(error, 'AlreadyExists'))
            failed(error instanceof Error ? error.message : String(error));
          throw error;
        }
        status.latestCreatedRevisionName = latest.metadata.name;
        if (status.latestReadyRevisionName !== latest.metadata.name) conditions.markUnknown('Ready');
        const ready = conditionOf(latest, 'Ready');
        if (ready?.status === 'False')
          conditions.markFalse(
            'Ready',
            'RevisionFailed',
            `Revision ${JSON.stringify(latest.metadata.name)} failed with message: ${ready.message ?? ''}.`,
          );
        const latestReady = newestReady(store, configuration, latest, status.latestReadyRevisionName);
        if (latestReady !== undefined) {
          status.latestReadyRevisionName = latestReady.metadata.name;
          if (latestReady.metadata.name === latest.metadata.name) conditions.markTrue('Ready');
        }
        return undefined;
      });
    },
  };
}

/** The revision name that the template asks for, if it does. */
export const templateName = (configuration: KubeObject): string | undefined =>
  configuration.spec.template.metadata?.name || undefined;

/**
 * The revision that a template's own name leads to: `taken` when that revision is another configuration's, or has
 * another spec; undefined when the template has no name or the name is free.
 */
export function revisionTakingName(
  store: Store,
  configuration: KubeObject,
): KubeObject | 'taken' | undefined {
  const name = templateName(configuration);
  if (name === undefined) return undefined;
  const revision = store.get(resources.revisions, configuration.metadata.namespace, name);
  if (revision === undefined) return undefined;
  if (!isControlledBy(revision, configuration)) return 'taken';
  if (generationLabel(revision) === String(configuration.metadata.generation)) return revision;
  return sameJson(configuration.spec.template.spec, revision.spec) ? revision : 'taken';
}

/** As upstream: by the template's name, else by two labels and nothing else, whoever owns the revision. */
function latestCreated(store: Store, configuration: KubeObject): KubeObject | 'taken' | undefined {
  const { name, namespace, generation } = configuration.metadata;
  if (templateName(configuration) !== undefined) return revisionTakingName(store, configuration);
  return store.list(resources.revisions, {
    ...(namespace === undefined ? {} : { namespace }),
    labels: { [labels.configuration]: name, [labels.configurationGeneration]: String(generation) },
  })[0];
}

function newestReady(
  store: Store,
  configuration: KubeObject,
  latest: KubeObject,
  latestReadyName: string | undefined,
): KubeObject | undefined {
  const { name, namespace, generation = 0 } = configuration.metadata;
  const ready =
    latestReadyName === undefined ? undefined : store.get(resources.revisions, namespace, latestReadyName);
  const from = ready === undefined ? undefined : Number(generationLabel(ready));
  const own = (revision: KubeObject): boolean => templateName(configuration) === revision.metadata.name;
  return store
    .list(resources.revisions, {
      ...(namespace === undefined ? {} : { namespace }),
      labels: { [labels.configuration]: name },
    })
    .filter((revision) => {
      const at = Number(generationLabel(revision));
      if (from === undefined || Number.isNaN(from)) return true;
      return (
        (at >= from && at <= generation) || (own(revision) && revision.metadata.uid === latest.metadata.uid)
      );
    })
    .sort((a, b) => {
      if (own(a) || own(b)) return own(a) ? -1 : 1;
      return Number(generationLabel(b)) - Number(generationLabel(a));
    })
    .find((revision) => readyIs(revision, 'True'));
}

const generationLabel = (revision: KubeObject): string | undefined =>
  revision.metadata.labels?.[labels.configurationGeneration];

function makeRevision(configuration: KubeObject, now: number): KubeObject {
  const { name, namespace, uid = '', generation = 1 } = configuration.metadata;
  const template = configuration.spec.template;
  const own = configuration.metadata.labels ?? {};
  const given = configuration.metadata.annotations ?? {};
  const routed = given[annotations.routes];
  const copied = (key: string): Record<string, string> => (own[key] === undefined ? {} : { [key]: own[key] });
  return {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Revision',
    metadata: {
      name: templateName(configuration) ?? revisionName(name, generation),
      ...(namespace === undefined ? {} : { namespace }),
      labels: {
        ...template.metadata?.labels,
        ...copied(labels.service),
        ...copied(labels.serviceUid),
        [labels.configuration]: name,
        [labels.configurationGeneration]: String(generation),
        [labels.configurationUid]: uid,
        [labels.routingState]: routed === undefined ? 'pending' : 'active',
      },
      annotations: {
        ...template.metadata?.annotations,
        [annotations.routingStateModified]: timestamp(now),
        ...(given[annotations.lastModifier] === undefined
          ? {}
          : { [annotations.creator]: given[annotations.lastModifier] }),
        ...(routed === undefined ? {} : { [annotations.routes]: routed }),
      },
      ownerReferences: [controllerOf(configuration)],
    },
    spec: template.spec,
  };
}
