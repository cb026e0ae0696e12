import { type CustomResource, readiness } from './definition.ts';
import { flag, integer, intOrString, list, mapOf, object, text } from './schema.ts';
import { status } from './status.ts';

const split = object(
  {
    appendHeaders: mapOf(text),
    percent: integer,
    serviceName: text,
    serviceNamespace: text,
    servicePort: intOrString,
  },
  ['serviceName', 'serviceNamespace', 'servicePort'],
);

const path = object(
  {
    appendHeaders: mapOf(text),
    headers: mapOf(object({ exact: text }, ['exact'])),
    path: text,
    rewriteHost: text,
    splits: list(split),
  },
  ['splits'],
);

const rule = object({ hosts: list(text), http: object({ paths: list(path) }, ['paths']), visibility: text });

const loadBalancer = object({
  ingress: list(object({ domain: text, domainInternal: text, ip: text, meshOnly: flag })),
});

/** What the gateway is to do with requests for some hosts; Kourier reads it. */
export const ingress: CustomResource = {
  area: 'networking',
  kind: 'Ingress',
  version: 'v1alpha1',
  shortNames: ['kingress', 'king'],
  columns: readiness(),
  spec: object({
    httpOption: text,
    rules: list(rule),
    tls: list(object({ hosts: list(text), secretName: text, secretNamespace: text })),
  }),
  status: status({ privateLoadBalancer: loadBalancer, publicLoadBalancer: loadBalancer }),
};
