import type { CredentialFacts } from '../checks/credentials.ts';
import { type AwsPlace, asked, clientOptions } from './client.ts';

interface Identity {
  readonly sessionToken?: string | undefined;
  readonly expiration?: Date | undefined;
  /** Which of the SDK's ways they came by. */
  readonly $source?: Readonly<Record<string, unknown>>;
}

/** What a chain of providers goes through that makes credentials anew once they are over. */
const renewing = /ASSUME_ROLE|WEB_ID|SSO|PROCESS|HTTP|IMDS|LOGIN/;

/** How this process gets into AWS, as every client of it does, and for how long. */
export async function awsCredentials(place: AwsPlace): Promise<CredentialFacts> {
  const read = await asked(async (): Promise<Identity> => {
    const { EKSClient } = await import('@aws-sdk/client-eks');
    const client = new EKSClient(clientOptions(place));
    try {
      return await client.config.credentials();
    } finally {
      client.destroy();
    }
  });
  return 'why' in read ? { of: 'AWS', how: 'none', renews: false, missing: read.why } : lifeOf(read.known);
}

/** How long an identity is good. Pure. */
export function lifeOf({ sessionToken, expiration, $source = {} }: Identity): CredentialFacts {
  const ways = Object.keys($source);
  if (sessionToken === undefined || sessionToken === '')
    return { of: 'AWS', how: 'an access key', renews: false, lasting: true };
  const renews = ways.some((way) => renewing.test(way));
  return {
    of: 'AWS',
    how: renews ? 'a session of a role' : 'a session that was put into the environment or a file',
    renews,
    ...(expiration === undefined ? {} : { expiresAt: expiration.getTime() }),
  };
}
