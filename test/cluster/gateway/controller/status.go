package main

import (
	"context"
	"errors"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"knative.dev/networking/pkg/apis/networking/v1alpha1"
	"knative.dev/pkg/network"
)

// report writes into an Ingress's status how far the gateways are with it.
func (c *Controller) report(ctx context.Context, name key) error {
	stored, err := c.ingresses.Ingresses(name.Namespace).Get(name.Name)
	if apierrors.IsNotFound(err) || (err == nil && !ours(stored)) {
		c.prober.CancelIngressProbingByKey(name)
		return nil
	}
	if err != nil {
		return err
	}
	problem, built := c.problems[name]
	if !built {
		// The next build reports it.
		return nil
	}
	ing := stored.DeepCopy()
	ing.SetDefaults(ctx)
	ready := ing.IsReady() && ing.Status.PublicLoadBalancer != nil
	next, err := c.nextStatus(ctx, ing, problem, ready)
	if err != nil || equality.Semantic.DeepEqual(next, stored.Status) {
		return err
	}
	changed := stored.DeepCopy()
	changed.Status = next
	_, err = c.client.NetworkingV1alpha1().Ingresses(name.Namespace).
		UpdateStatus(ctx, changed, metav1.UpdateOptions{})
	return err
}

func (c *Controller) nextStatus(
	ctx context.Context, ing *v1alpha1.Ingress, problem error, ready bool,
) (v1alpha1.IngressStatus, error) {
	next := *ing.Status.DeepCopy()
	next.InitializeConditions()
	next.ObservedGeneration = ing.Generation
	if errors.Is(problem, errConflict) {
		next.MarkLoadBalancerFailed("DomainConflict", problem.Error())
		return next, nil
	}
	if problem != nil {
		// Endpoints that are away for a moment do not undo what clients use already.
		if !ready {
			next.MarkIngressNotReady("ReconcileIngressFailed", problem.Error())
		}
		return next, nil
	}
	next.MarkNetworkConfigured()
	if ready {
		return next, nil
	}
	everywhere, err := c.prober.IsReady(ctx, ing)
	if err != nil {
		return next, err
	}
	if !everywhere {
		next.MarkLoadBalancerNotReady()
		return next, nil
	}
	at := func(service string) []v1alpha1.LoadBalancerIngressStatus {
		return []v1alpha1.LoadBalancerIngressStatus{
			{DomainInternal: network.GetServiceHostname(service, c.gatewayNamespace)},
		}
	}
	next.MarkLoadBalancerReady(at(externalService), at(internalService))
	return next, nil
}
