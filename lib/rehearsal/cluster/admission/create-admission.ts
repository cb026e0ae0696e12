import type { KubeObject } from '../../../clusters/cluster-port.ts';
import type { Admission, AdmissionRequest } from '../../kube-api/index.ts';
import type { ClusterConfig } from '../config/index.ts';
import {
  annotations,
  autoscalingGroup,
  labels,
  resources,
  type StringMap,
  sameJson,
} from '../objects/index.ts';
import { checkAutoscaling } from './annotations.ts';
import { defaultRevisionSpec, defaultTraffic, withUser } from './defaults.ts';
import { FieldErrors, isDns1035 } from './field-errors.ts';
import { checkRevisionSpec } from './revision-rules.ts';
import { checkTraffic } from './traffic-rules.ts';

export interface AdmissionProps {
  readonly config: () => ClusterConfig;
  /** Who is said to have made the objects. @default 'kubernetes-admin' */
  readonly user?: string;
}

type Check = (
  request: AdmissionRequest,
  config: ClusterConfig,
  errors: FieldErrors,
  user: string,
) => KubeObject;

/** Defaults and checks Knative's objects. Refuses with a `StatusError` 400 that names every field. */
export function createAdmission({ config, user = 'kubernetes-admin' }: AdmissionProps): Admission {
  return (request) => {
    const check = checks[request.resource];
    if (check === undefined || request.operation === 'DELETE') return request.object;
    const errors = new FieldErrors();
    const admitted = check(request, config(), errors, user);
    errors.refuse();
    return admitted;
  };
}

const checks: Readonly<Record<string, Check>> = {
  [resources.services]: (request, config, errors, user) => {
    const object = templated(request, config, errors, true);
    checkTraffic(object.spec.traffic, true, errors);
    checkCreator(request, errors);
    return withUser(object, request.old, user);
  },
  [resources.configurations]: (request, config, errors, user) => {
    const object = templated(request, config, errors, false);
    return owned(object) ? object : withUser(object, request.old, user);
  },
  [resources.routes]: (request, _config, errors, user) => {
    const { object } = request;
    checkName(object, errors);
    checkOwner(object, labels.service, 'Service', errors);
    const traffic = defaultTraffic(object.spec?.traffic, false);
    checkTraffic(traffic, false, errors);
    const admitted = { ...object, spec: { ...object.spec, traffic } };
    return owned(admitted) ? admitted : withUser(admitted, request.old, user);
  },
  [resources.revisions]: ({ operation, object, old }, config, errors) => {
    checkName(object, errors);
    checkOwner(object, labels.configuration, 'Configuration', errors);
    checkAutoscaling(object.metadata.annotations ?? {}, config, errors, 'metadata.annotations');
    if (operation === 'UPDATE') {
      if (!sameJson(old?.spec, object.spec)) errors.add('Immutable fields changed (-old +new)', 'spec');
      return object;
    }
    const spec = defaultRevisionSpec(object.spec, config, true);
    checkRevisionSpec(spec, config, errors, 'spec');
    return { ...object, spec };
  },
  [resources.domainMappings]: (request, _config, errors, user) => {
    const { object } = request;
    const { name } = object.metadata;
    if (!name.includes('.'))
      errors.add(
        `invalid name "${name}": should be a domain with at least two segments separated by dots`,
        'metadata.name',
      );
    if (name.endsWith('.cluster.local'))
      errors.add(
        `invalid name "${name}": must not be a subdomain of cluster local domain "cluster.local"`,
        'metadata.name',
      );
    const ref = object.spec?.ref ?? {};
    for (const field of ['name', 'kind', 'apiVersion']) if (!ref[field]) errors.missing(`spec.ref.${field}`);
    const spec = { ...object.spec, ref: { ...ref, namespace: ref.namespace ?? object.metadata.namespace } };
    if (spec.ref.namespace !== object.metadata.namespace)
      errors.add('mismatched namespaces', 'spec.ref.namespace');
    checkCreator(request, errors);
    return withUser({ ...object, spec }, request.old, user);
  },
};

/** A Service or a Configuration: what both say about their template. */
function templated(
  { object, old, operation }: AdmissionRequest,
  config: ClusterConfig,
  errors: FieldErrors,
  ofService: boolean,
): KubeObject {
  checkName(object, errors);
  if (!ofService) checkOwner(object, labels.service, 'Service', errors);
  const map: StringMap = object.metadata.annotations ?? {};
  for (const key of Object.keys(map))
    if (key.startsWith(autoscalingGroup)) errors.add(`invalid key name "${key}"`, 'metadata.annotations');
  const template = object.spec?.template ?? {};
  const oldTemplate = old?.spec?.template;
  const name: string = template.metadata?.name ?? '';
  // With the same name nothing may change: not by a new default, either.
  const pinned = name !== '' && name === oldTemplate?.metadata?.name;
  const spec = pinned ? template.spec : defaultRevisionSpec(template.spec, config, operation === 'CREATE');
  const admitted = {
    ...object,
    spec: {
      ...object.spec,
      template: { ...template, spec },
      ...(ofService ? { traffic: defaultTraffic(object.spec?.traffic, true) } : {}),
    },
  };
  checkRevisionSpec(spec ?? {}, config, errors, 'spec.template.spec');
  const at = 'spec.template.metadata';
  checkAutoscaling(template.metadata?.annotations ?? {}, config, errors, `${at}.annotations`);
  if (name !== '' && !isDns1035(name)) errors.invalidValue(`not a DNS 1035 label: ${name}`, `${at}.name`);
  else if (name !== '' && !name.startsWith(`${object.metadata.name}-`))
    errors.invalidValue(`"${name}" must have prefix "${object.metadata.name}-"`, `${at}.name`);
  if (pinned && !sameJson(oldTemplate, admitted.spec.template))
    errors.add('Saw the following changes without a name change (-old +new)', `${at}.name`);
  return admitted;
}

function checkName({ metadata: { name } }: KubeObject, errors: FieldErrors): void {
  if (!isDns1035(name))
    errors.add(
      name.length > 63
        ? 'not a DNS 1035 label: [must be no more than 63 characters]'
        : 'not a DNS 1035 label: lower case letters, digits and "-", beginning with a letter, ending with a letter or digit',
      'metadata.name',
    );
}

/** A label that names an owner is allowed only where an owner reference says the same. */
function checkOwner({ metadata }: KubeObject, label: string, kind: string, errors: FieldErrors): void {
  const named = metadata.labels?.[label];
  if (named === undefined) return;
  const found = (metadata.ownerReferences ?? []).some((owner) => owner.kind === kind && owner.name === named);
  if (!found) errors.missing(`metadata.labels.${label}`);
}

/** On an update the creator stays, and the last modifier changes only with the spec. */
function checkCreator({ object, old }: AdmissionRequest, errors: FieldErrors): void {
  if (old === undefined) return;
  const value = (of: KubeObject, key: string): string | undefined => of.metadata.annotations?.[key];
  if (value(old, annotations.creator) !== value(object, annotations.creator))
    errors.add('annotation value is immutable', `metadata.annotations.${annotations.creator}`);
}

const owned = (object: KubeObject): boolean => (object.metadata.ownerReferences ?? []).length > 0;
