/** A host name of its own for a service. */
export interface DomainMappingProps {
  /** The host name. */
  readonly name: string;
  /** @default 'default' */
  readonly namespace?: string;
  /** Name of the Knative Service in the same namespace. */
  readonly service: string;
}
