import type { Reading } from '../check.ts';

export interface AwsPlace {
  readonly region: string;
  /** URL that answers for AWS. @default - AWS's own, in the region */
  readonly endpoint?: string;
}

/** How long an answer may take, in milliseconds. */
const timeoutMs = 10_000;

/** For any client of the SDK. */
export const clientOptions = ({ region, endpoint }: AwsPlace) => ({
  region,
  maxAttempts: 3,
  requestHandler: { requestTimeout: timeoutMs, connectionTimeout: 3_000 },
  ...(endpoint === undefined ? {} : { endpoint }),
});

/** What AWS says, or why it does not. The SDK's errors have names such as `AccessDeniedException`. */
export async function asked<T>(work: () => Promise<T>): Promise<Reading<T>> {
  try {
    return { known: await work() };
  } catch (error) {
    if (!(error instanceof Error)) return { why: String(error) };
    // A mistake of ours is no answer of AWS.
    if (error instanceof TypeError || error instanceof ReferenceError) throw error;
    return { why: `${error.name}: ${error.message}`.slice(0, 300) };
  }
}

interface Page {
  readonly NextToken?: string | undefined;
  readonly nextToken?: string | undefined;
}

/** Every page of an answer. */
export async function pages<P extends Page>(next: (token: string | undefined) => Promise<P>): Promise<P[]> {
  const all: P[] = [];
  let token: string | undefined;
  do {
    const page = await next(token);
    all.push(page);
    token = page.NextToken ?? page.nextToken;
  } while (token !== undefined);
  return all;
}
