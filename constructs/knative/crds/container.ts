import { keyReference, optionalSource } from './references.ts';
import {
  atomic,
  atomicList,
  flag,
  int32,
  int64,
  intOrString,
  list,
  listBy,
  mapOf,
  object,
  opaque,
  quantity,
  type Schema,
  text,
  textOr,
} from './schema.ts';

const variable = object(
  {
    name: text,
    value: text,
    valueFrom: object({
      configMapKeyRef: keyReference,
      fieldRef: atomic(opaque),
      resourceFieldRef: atomic(opaque),
      secretKeyRef: keyReference,
    }),
  },
  ['name'],
);

const variables = object({
  configMapRef: atomic(object(optionalSource)),
  prefix: text,
  secretRef: atomic(object(optionalSource)),
});

const header = object({ name: text, value: text }, ['name', 'value']);

const probe = object({
  exec: object({ command: atomicList(text) }),
  grpc: object({ port: int32, service: textOr('') }),
  httpGet: object({
    host: text,
    httpHeaders: atomicList(header),
    path: text,
    port: intOrString,
    scheme: text,
  }),
  tcpSocket: object({ host: text, port: intOrString }),
  failureThreshold: int32,
  initialDelaySeconds: int32,
  periodSeconds: int32,
  successThreshold: int32,
  timeoutSeconds: int32,
});

const securityContext = object({
  allowPrivilegeEscalation: flag,
  capabilities: object({ add: atomicList(text), drop: atomicList(text) }),
  privileged: flag,
  readOnlyRootFilesystem: flag,
  runAsGroup: int64,
  runAsNonRoot: flag,
  runAsUser: int64,
  seccompProfile: object({ localhostProfile: text, type: text }, ['type']),
});

const volumeMount = object(
  { mountPath: text, mountPropagation: text, name: text, readOnly: flag, subPath: text },
  ['mountPath', 'name'],
);

/** A container of a revision. */
export const container: Schema = object({
  args: atomicList(text),
  command: atomicList(text),
  env: listBy('name', variable),
  envFrom: atomicList(variables),
  image: text,
  imagePullPolicy: text,
  livenessProbe: probe,
  name: text,
  ports: list(object({ containerPort: int32, name: text, protocol: textOr('TCP') })),
  readinessProbe: probe,
  resources: object({ limits: mapOf(quantity), requests: mapOf(quantity) }),
  securityContext,
  startupProbe: probe,
  terminationMessagePath: text,
  terminationMessagePolicy: text,
  volumeMounts: listBy('mountPath', volumeMount),
  workingDir: text,
});
