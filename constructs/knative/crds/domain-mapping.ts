import { type CustomResource, readiness } from './definition.ts';
import { urlColumn } from './route.ts';
import { object, text } from './schema.ts';
import { addressable, status } from './status.ts';

/** A host of one's own for something that has an address. */
export const domainMapping: CustomResource = {
  area: 'serving',
  kind: 'DomainMapping',
  version: 'v1beta1',
  shortNames: ['dm'],
  columns: [urlColumn, ...readiness()],
  spec: object(
    {
      ref: object({ address: text, apiVersion: text, group: text, kind: text, name: text, namespace: text }, [
        'kind',
        'name',
      ]),
      tls: object({ secretName: text }, ['secretName']),
    },
    ['ref'],
  ),
  status: status(addressable),
};
