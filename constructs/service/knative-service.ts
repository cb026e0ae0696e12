/** A Knative Service as an application developer writes it. */
export interface KnativeServiceProps {
  readonly name: string;
  /** @default 'default' */
  readonly namespace?: string;
  readonly image: string;
}
