package main

// Names and ports that the gateways' manifests and their bootstrap already have.
const (
	ingressClass = "kourier.ingress.networking.knative.dev"
	// nodeID is what every gateway calls itself: all get the same configuration.
	nodeID = "3scale-kourier-gateway"
	// xdsPort is where the gateways ask, and where the kubelet checks the program.
	xdsPort = 18000

	externalService = "kourier"
	internalService = "kourier-internal"
	// gatewayApp is the label `app` of the gateways' pods.
	gatewayApp = "3scale-kourier-gateway"

	portExternal    = 8080
	portExternalTLS = 8443
	portInternal    = 8081
	portInternalTLS = 8444
	portProbe       = 8090
	portProbeTLS    = 9443

	routesExternal    = "external_services"
	routesExternalTLS = "external_tls_services"
	routesInternal    = "internal_services"
	routesInternalTLS = "internal_tls_services"

	// statPrefix is the one that the project's metrics are read by.
	statPrefix = "ingress_http"
	// statsCluster is the gateway's own admin interface, in its bootstrap.
	statsCluster = "service_stats"
	// readyHost is the host of the kubelet's checks.
	readyHost = "internalkourier"
)
