// Writes the file that Alertmanager reads where the Prometheus operator was given an AlertmanagerConfig (JSON on standard
// input): by the operator's own code, without a cluster. Each secret that is named has the value "secret".
package main

import (
	"context"
	"encoding/json"
	"log"
	"log/slog"
	"os"
	"strings"

	"github.com/blang/semver/v4"
	"github.com/prometheus-operator/prometheus-operator/pkg/alertmanager"
	"github.com/prometheus-operator/prometheus-operator/pkg/alertmanager/validation/v1alpha1"
	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	monitoringv1alpha1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1alpha1"
	"github.com/prometheus-operator/prometheus-operator/pkg/assets"
	"github.com/prometheus-operator/prometheus-operator/pkg/operator"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
)

// own is what stands in an Alertmanager before anybody routes anything.
const own = "route: {receiver: 'null'}\nreceivers: [{name: 'null'}]\n"

func main() {
	log.SetFlags(0)
	written, err := configuration()
	if err != nil {
		log.Fatal(err)
	}
	os.Stdout.Write(written)
}

func configuration() ([]byte, error) {
	given := &monitoringv1alpha1.AlertmanagerConfig{}
	reader := json.NewDecoder(os.Stdin)
	reader.DisallowUnknownFields()
	if err := reader.Decode(given); err != nil {
		return nil, err
	}
	if err := v1alpha1.ValidateAlertmanagerConfig(given); err != nil {
		return nil, err
	}
	client := fake.NewClientset(secrets(given)...).CoreV1()
	version, err := semver.Parse(strings.TrimPrefix(operator.DefaultAlertmanagerVersion, "v"))
	if err != nil {
		return nil, err
	}
	store := assets.NewStoreBuilder(client, client)
	builder := alertmanager.NewConfigBuilder(slog.Default(), version, store, &monitoringv1.Alertmanager{})
	if err := builder.InitializeFromRawConfiguration([]byte(own)); err != nil {
		return nil, err
	}
	all := map[string]*monitoringv1alpha1.AlertmanagerConfig{given.Namespace + "/" + given.Name: given}
	if err := builder.AddAlertmanagerConfigs(context.Background(), all); err != nil {
		return nil, err
	}
	return builder.MarshalJSON() // it is YAML, whatever its name says
}

// secrets are those that hold the passwords of mail servers.
func secrets(given *monitoringv1alpha1.AlertmanagerConfig) []runtime.Object {
	found := []runtime.Object{}
	seen := map[string]bool{}
	for _, receiver := range given.Spec.Receivers {
		for _, mail := range receiver.EmailConfigs {
			if named := mail.AuthPassword; named != nil && !seen[named.Name] {
				seen[named.Name] = true
				about := metav1.ObjectMeta{Namespace: given.Namespace, Name: named.Name}
				found = append(found, &corev1.Secret{ObjectMeta: about, Data: map[string][]byte{named.Key: []byte("secret")}})
			}
		}
	}
	return found
}
