import type { Reading } from '../check.ts';
import { type AwsPlace, asked, clientOptions } from './client.ts';

/** As Service Quotas knows them. */
export const quotas = {
  interfaces: ['vpc', 'L-DF5E4CA3'],
  networks: ['vpc', 'L-F678F1CE'],
  addresses: ['ec2', 'L-0263D0A3'],
  /** Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances, in vCPUs. */
  vcpus: ['ec2', 'L-1216C47A'],
} as const satisfies Readonly<Record<string, readonly [string, string]>>;

export type QuotaName = keyof typeof quotas;

/** What the account may have in a region. */
export async function readQuotas(place: AwsPlace): Promise<Readonly<Record<QuotaName, Reading<number>>>> {
  const { ServiceQuotasClient } = await import('@aws-sdk/client-service-quotas');
  const client = new ServiceQuotasClient(clientOptions(place));
  const one = (name: QuotaName): Promise<Reading<number>> =>
    asked(async () => {
      const { GetServiceQuotaCommand } = await import('@aws-sdk/client-service-quotas');
      const [ServiceCode, QuotaCode] = quotas[name];
      const { Quota } = await client.send(new GetServiceQuotaCommand({ ServiceCode, QuotaCode }));
      if (Quota?.Value === undefined) throw new Error(`Service Quotas has no value for ${QuotaCode}`);
      return Quota.Value;
    });
  try {
    const [interfaces, networks, addresses, vcpus] = await Promise.all([
      one('interfaces'),
      one('networks'),
      one('addresses'),
      one('vcpus'),
    ]);
    return { interfaces, networks, addresses, vcpus };
  } finally {
    client.destroy();
  }
}
