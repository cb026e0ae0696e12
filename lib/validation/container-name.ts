import type { TemplateValues } from './go-template/index.ts';
import type { ObjectMeta } from './objects.ts';

/** What a template for the names of containers may speak of: the metadata of the service, in Go's names. */
export const objectMetaValues = (metadata: ObjectMeta): TemplateValues => ({
  Name: metadata.name ?? '',
  GenerateName: metadata.generateName ?? '',
  Namespace: metadata.namespace ?? '',
  SelfLink: '',
  UID: '',
  ResourceVersion: '',
  Generation: 0,
  CreationTimestamp: '0001-01-01 00:00:00 +0000 UTC',
  DeletionTimestamp: null,
  DeletionGracePeriodSeconds: null,
  Labels: metadata.labels ?? {},
  Annotations: metadata.annotations ?? {},
  OwnerReferences: [],
  Finalizers: [],
  ManagedFields: [],
});
