/** The port to what a colour's entrance answers: whole answers and certificates, where a probe tells only whether. */

interface EntranceRequest {
  /** `host:port` to dial. */
  readonly address: string;
  /** The service's own host name: in the request, and in the greeting of TLS. */
  readonly host: string;
  readonly timeoutMs: number;
}

export interface PageRequest extends EntranceRequest {
  readonly path: string;
  readonly tls: boolean;
  /** Bytes of the body that are read; the rest is left. 0 reads the answer to its end and keeps nothing. */
  readonly maxBytes: number;
}

/** A complete answer. */
export interface EntranceAnswer {
  readonly status: number;
  readonly contentType?: string;
  readonly body: Buffer;
  /** Whether there was more than `maxBytes`. */
  readonly truncated: boolean;
  /** Whether the gateway answered by itself, without a service behind it. */
  readonly byGateway: boolean;
}

/** What an entrance shows of itself when TLS begins. Nothing here was trusted or refused. */
export interface PresentedCertificate {
  /** Whether one of its alternative names covers the host. */
  readonly covers: boolean;
  readonly selfSigned: boolean;
  /** Milliseconds since the epoch. */
  readonly validFrom: number;
  readonly validTo: number;
  readonly subject: string;
  readonly issuer: string;
  /** How many certificates came, the host's own included. */
  readonly chainLength: number;
  /** Why this machine's roots do not vouch for it. @default - they do */
  readonly untrusted?: string;
}

/** What there was instead of an answer. */
export interface NoAnswer {
  readonly error: string;
}

/** Never throws for an answer that is wrong or missing. */
export interface EntrancePort {
  /** One GET on a connection of its own. Redirects are not followed, certificates not judged. */
  get(request: PageRequest): Promise<EntranceAnswer | NoAnswer>;
  /** What is presented to who asks for this host. */
  certificate(request: EntranceRequest): Promise<PresentedCertificate | NoAnswer>;
}
