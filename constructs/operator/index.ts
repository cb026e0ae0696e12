/**
 * What an operator of cutovers may do in a cluster: roles and their bindings, for a group that the cluster's access
 * entries put somebody into. Nothing here knows a fleet.
 */
export { OperatorAccess, type OperatorAccessProps, operatorRules } from './operator-access.ts';
