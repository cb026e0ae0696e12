package main

import (
	"net/http"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/types"
	"knative.dev/networking/pkg/apis/networking/v1alpha1"
)

// key names an object.
type key = types.NamespacedName

// World is what a cluster's objects say, as far as the gateways' configuration follows from it.
type World struct {
	// Ingresses of this program's class that are not being deleted.
	Ingresses []*v1alpha1.Ingress
	Services  map[key]*corev1.Service
	// Slices are a Service's endpoints, by the Service's name.
	Slices  map[key][]*discoveryv1.EndpointSlice
	Secrets map[key]*corev1.Secret
	Lane    LaneSettings
}

// LaneSettings is what the lane wants of its gateways beyond Kourier: nothing, unless there is a config map for it.
type LaneSettings struct {
	// Colour is said in a header of each answer; empty for none.
	Colour string
	// Fault "errors" lets every request fail at the gateway.
	Fault string
}

const (
	// laneConfigMap in the program's own namespace holds the settings of the lane.
	laneConfigMap = "zeroshift-lane"
	// colourHeader is what the load generator attributes answers by.
	colourHeader = "x-zeroshift-colour"
	faultStatus  = http.StatusInternalServerError
	faultBody    = "fault: errors\n"
)

// laneSettings reads the lane's config map, which may be missing.
func laneSettings(config *corev1.ConfigMap) LaneSettings {
	if config == nil {
		return LaneSettings{}
	}
	return LaneSettings{Colour: config.Data["colour"], Fault: config.Data["fault"]}
}
