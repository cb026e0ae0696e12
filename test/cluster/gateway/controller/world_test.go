package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"knative.dev/networking/pkg/apis/networking/v1alpha1"
)

const namespace = "shop"

func named(name string) key { return key{Namespace: namespace, Name: name} }

// emptyWorld has no objects.
func emptyWorld() World {
	return World{
		Services: map[key]*corev1.Service{},
		Slices:   map[key][]*discoveryv1.EndpointSlice{},
		Secrets:  map[key]*corev1.Secret{},
	}
}

// addRevision gives a revision's Service as Knative makes it, with ready addresses.
func (w World) addRevision(name, portName string, addresses ...string) {
	w.Services[named(name)] = &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: corev1.ServiceSpec{Ports: []corev1.ServicePort{
			{Name: portName, Port: 80, TargetPort: intstr.FromInt32(8012)},
			{Name: "https", Port: 443, TargetPort: intstr.FromInt32(8112)},
		}},
	}
	w.setAddresses(name, addresses...)
}

func (w World) setAddresses(name string, addresses ...string) {
	slice := &discoveryv1.EndpointSlice{AddressType: discoveryv1.AddressTypeIPv4}
	for _, address := range addresses {
		slice.Endpoints = append(slice.Endpoints, discoveryv1.Endpoint{Addresses: []string{address}})
	}
	w.Slices[named(name)] = []*discoveryv1.EndpointSlice{slice}
}

// addCertificate gives a secret as cert-manager makes it.
func (w World) addCertificate(t *testing.T, name string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	chain, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	bytes, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	w.Secrets[named(name)] = &corev1.Secret{Data: map[string][]byte{
		"tls.crt": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: chain}),
		"tls.key": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: bytes}),
	}}
}

func split(service string, percent int) v1alpha1.IngressBackendSplit {
	return v1alpha1.IngressBackendSplit{
		IngressBackend: v1alpha1.IngressBackend{
			ServiceNamespace: namespace, ServiceName: service, ServicePort: intstr.FromInt32(80),
		},
		Percent: percent,
		AppendHeaders: map[string]string{
			"Knative-Serving-Namespace": namespace, "Knative-Serving-Revision": service,
		},
	}
}

func rule(host string, visibility v1alpha1.IngressVisibility, paths ...v1alpha1.HTTPIngressPath) v1alpha1.IngressRule {
	return v1alpha1.IngressRule{
		Hosts: []string{host}, Visibility: visibility, HTTP: &v1alpha1.HTTPIngressRuleValue{Paths: paths},
	}
}

var born = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

// ingress is made `age` minutes after the first.
func ingressOf(name string, age int, rules ...v1alpha1.IngressRule) *v1alpha1.Ingress {
	return &v1alpha1.Ingress{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: namespace, Name: name,
			CreationTimestamp: metav1.NewTime(born.Add(time.Duration(age) * time.Minute)),
		},
		Spec: v1alpha1.IngressSpec{Rules: rules},
	}
}

const (
	outside = v1alpha1.IngressVisibilityExternalIP
	inside  = v1alpha1.IngressVisibilityClusterLocal
)
