/**
 * Serving's custom resource definitions, composed: small combinators for schemas (`schema.ts`), what several kinds share
 * (pod template, status, traffic, references), and one file for each kind. Texts that describe a field are left out.
 */
export { Crds, type CrdsProps } from './crds.ts';
