package main

import (
	"context"
	"errors"
	"net/url"
	"strconv"

	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/sets"
	discoverylisters "k8s.io/client-go/listers/discovery/v1"
	"knative.dev/networking/pkg/apis/networking/v1alpha1"
	"knative.dev/networking/pkg/status"
)

// gatewayTargets tells the prober where to ask for an Ingress: at every gateway that is ready, for every host.
type gatewayTargets struct {
	slices    discoverylisters.EndpointSliceLister
	namespace string
}

// ListProbeTargets is the prober's question.
func (t gatewayTargets) ListProbeTargets(_ context.Context, ing *v1alpha1.Ingress) ([]status.ProbeTarget, error) {
	slices, err := t.slices.EndpointSlices(t.namespace).List(
		labels.SelectorFromSet(labels.Set{discoveryv1.LabelServiceName: internalService}))
	if err != nil {
		return nil, err
	}
	gateways := sets.New(readyAddresses(slices)...)
	if gateways.Len() == 0 {
		return nil, errors.New("no gateway is ready")
	}
	targets := make([]status.ProbeTarget, 0, len(ing.Spec.Rules))
	for _, rule := range ing.Spec.Rules {
		scheme, port := probeAt(rule.Visibility, len(ing.GetIngressTLSForVisibility(rule.Visibility)) > 0)
		target := status.ProbeTarget{PodIPs: gateways, PodPort: strconv.Itoa(port)}
		for _, host := range rule.Hosts {
			target.URLs = append(target.URLs, &url.URL{Scheme: scheme, Host: host, Path: "/"})
		}
		targets = append(targets, target)
	}
	return targets, nil
}

func probeAt(visibility v1alpha1.IngressVisibility, secure bool) (scheme string, port int) {
	switch external := visibility == v1alpha1.IngressVisibilityExternalIP; {
	case external && secure:
		return "https", portProbeTLS
	case external:
		return "http", portProbe
	case secure:
		return "https", portInternalTLS
	default:
		return "http", portInternal
	}
}
