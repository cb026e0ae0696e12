import type { IAMClient } from '@aws-sdk/client-iam';
import { listOf } from '../../migration/inventory/names.ts';
import { fieldsOf } from '../../validation/fields.ts';
import type { TrustFacts } from '../aws-facts.ts';
import type { Reading } from '../check.ts';
import { type AwsPlace, asked, clientOptions } from './client.ts';

/** OIDC providers of the account, as issuers without `https://`. */
export const readProviders = (place: AwsPlace): Promise<Reading<string[]>> =>
  asked(() =>
    withClient(place, async (client) => {
      const { ListOpenIDConnectProvidersCommand } = await import('@aws-sdk/client-iam');
      const { OpenIDConnectProviderList = [] } = await client.send(new ListOpenIDConnectProvidersCommand({}));
      return OpenIDConnectProviderList.map(({ Arn = '' }) => issuerOf(Arn));
    }),
  );

/** Whom each role lets in. */
export const readTrusts = (
  place: AwsPlace,
  roles: readonly string[],
): Promise<Reading<ReadonlyMap<string, TrustFacts>>> =>
  asked(() =>
    withClient(place, async (client) => {
      const { GetRoleCommand } = await import('@aws-sdk/client-iam');
      const found = new Map<string, TrustFacts>();
      for (const arn of roles) {
        const RoleName = arn.slice(arn.lastIndexOf('/') + 1);
        const { Role } = await client.send(new GetRoleCommand({ RoleName }));
        found.set(arn, trustOf(Role?.AssumeRolePolicyDocument ?? ''));
      }
      return found;
    }),
  );

async function withClient<T>(
  { region, ...place }: AwsPlace,
  work: (client: IAMClient) => Promise<T>,
): Promise<T> {
  const { IAMClient } = await import('@aws-sdk/client-iam');
  // IAM is one for all regions; the SDK knows where it is from any of them.
  const client = new IAMClient(clientOptions({ region, ...place }));
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}

/** `oidc.eks.eu-west-1.amazonaws.com/id/…` of a provider's ARN. */
const issuerOf = (arn: string): string =>
  arn.slice(arn.indexOf(':oidc-provider/') + ':oidc-provider/'.length);

/** @param document the policy as IAM gives it, percent-encoded */
export function trustOf(document: string): TrustFacts {
  const text = document.startsWith('%') ? decodeURIComponent(document) : document;
  const policy: unknown = text === '' ? {} : JSON.parse(text);
  const statements = [fieldsOf(policy).Statement].flat();
  const principals = listOf(statements)
    .filter(({ Effect }) => Effect === 'Allow')
    .map(({ Principal }) => fieldsOf(Principal));
  const texts = (key: string): string[] =>
    principals.flatMap((principal) => [principal[key] ?? []].flat().map(String));
  return {
    issuers: texts('Federated').map(issuerOf),
    podIdentity: texts('Service').includes('pods.eks.amazonaws.com'),
    length: JSON.stringify(policy).length,
  };
}
