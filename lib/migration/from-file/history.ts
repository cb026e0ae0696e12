import type { KubeObject } from '../../clusters/cluster-port.ts';
import { type Fields, fieldsOf } from '../../validation/fields.ts';
import { type GivenService, labels, servingVersion } from './given.ts';
import { type Dated, dated, filled, kept, type Tell, tagged, tellLeft } from './known-revisions.ts';
import { latestOf } from './latest-revision.ts';
import { mendTraffic, type TrafficTarget } from './traffic.ts';

function template(given: unknown): { readonly metadata?: Fields; readonly spec: Fields } {
  const { metadata, spec, ...rest } = fieldsOf(given);
  const own = kept(metadata);
  const head = {
    ...(own.name === undefined || own.name === '' ? {} : { name: own.name }),
    ...filled('labels', own.labels),
    ...filled('annotations', own.annotations),
  };
  return { ...rest, ...(Object.keys(head).length === 0 ? {} : { metadata: head }), spec: fieldsOf(spec) };
}

/** A service with its past, as a cluster would hold it. */
export function historyOf(service: GivenService, tell: Tell): KubeObject[] {
  const { object } = service;
  const { name, namespace = 'default' } = object.metadata;
  const place = { namespace };
  const { template: before, traffic: given, ...rest } = fieldsOf(object.spec);
  tellLeft(tell, service, object.metadata, 'metadata');
  tellLeft(tell, service, fieldsOf(before).metadata, 'spec.template.metadata');
  const made = template(before);
  const { traffic, missing, latest } = mendTraffic(given as readonly TrafficTarget[] | undefined);
  if (missing)
    tell(
      service,
      'traffic-missing',
      'the file says nothing of its traffic: all of it follows the latest revision; if it had tags, they are not known',
      'spec',
    );
  if (latest !== undefined)
    tell(
      service,
      'latest-by-name',
      `${latest} stood beside latestRevision: true, which the webhook refuses: the traffic follows the latest revision`,
      'spec.traffic',
    );
  const revisions = dated(service, tell);
  const status = fieldsOf(object.status);
  const called = status.latestCreatedRevisionName ?? latest;
  const newest = latestOf(service, made, revisions, typeof called === 'string' ? called : undefined);
  if (newest.known === undefined && (revisions.length > 0 || newest.generation > 1))
    tell(
      service,
      'latest-named',
      `the revision that its template makes is not in the file: it is taken for ${newest.name}, generation ${newest.generation}`,
      'spec.template',
    );
  const all: Dated[] = newest.known
    ? revisions.map((one) => one)
    : [
        ...revisions,
        {
          given: service,
          name: newest.name,
          generation: newest.generation,
          labels: kept(made.metadata).labels,
          annotations: kept(made.metadata).annotations,
          spec: made.spec,
        },
      ];
  const names = new Set(all.map((one) => one.name));
  const lost = [
    ...new Set(traffic.flatMap(({ revisionName }) => (revisionName === undefined ? [] : [revisionName]))),
  ].filter((one) => !names.has(one));
  for (const one of lost)
    tell(
      service,
      'revision-missing',
      `its traffic names ${one}, which is not in the file: it can only arrive where the target has that revision; kn exports it with --with-revisions`,
      'spec.traffic',
    );
  const open = [...new Set(all.flatMap(tagged))];
  if (open.length > 0)
    tell(
      service,
      'digest-unknown',
      `the file does not say what ${open.join(', ')} stood for: the target looks up what the tag means now`,
      'spec.template.spec',
    );
  const configured = Number(service.configuration?.object.metadata.generation ?? 0);
  const generation = Math.max(configured, ...all.map((one) => one.generation));
  const uid = `of the file: ${namespace}/${name}`;
  const owner = (kind: string) => ({
    ownerReferences: [
      { apiVersion: servingVersion, kind, name, uid, controller: true, blockOwnerDeletion: true },
    ],
  });
  const { labels: serviceLabels, annotations } = kept(object.metadata);
  const head = { apiVersion: servingVersion };
  const condition = { latestCreatedRevisionName: newest.name, latestReadyRevisionName: newest.name };
  return [
    {
      ...head,
      kind: 'Service',
      metadata: {
        name,
        ...place,
        uid,
        ...filled('labels', serviceLabels),
        ...filled('annotations', annotations),
      },
      spec: { ...rest, template: made, traffic },
      // What the file says itself is truer than what follows from it.
      status: {
        ...condition,
        traffic: traffic.map((target) =>
          target.latestRevision === true ? { ...target, revisionName: newest.name } : target,
        ),
        ...status,
      },
    },
    {
      ...head,
      kind: 'Configuration',
      metadata: {
        name,
        ...place,
        uid,
        generation,
        labels: { [labels.service]: name },
        ...owner('Service'),
      },
      spec: { template: made },
      status: { ...condition, observedGeneration: generation },
    },
    ...all.map((one) => ({
      ...head,
      kind: 'Revision',
      metadata: {
        name: one.name,
        ...place,
        labels: {
          ...one.labels,
          [labels.configuration]: name,
          [labels.generation]: String(one.generation),
          [labels.service]: name,
        },
        ...filled('annotations', one.annotations),
        ...owner('Configuration'),
      },
      spec: one.spec,
      ...(one.status === undefined ? {} : { status: one.status }),
    })),
  ];
}
