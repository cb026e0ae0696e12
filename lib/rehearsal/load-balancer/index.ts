/**
 * The control plane of the NLB that an entrance stands for. What belongs here: the part of Elastic Load Balancing's own
 * protocol by which a person looks at target groups and changes how their health is asked for, so that the real `aws` works
 * on a rehearsal. The flows, the targets and their checks are the entrance's.
 */
export { type LoadBalancerApi, type LoadBalancerApiProps, startLoadBalancerApi } from './start.ts';
