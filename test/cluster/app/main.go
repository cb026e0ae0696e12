// The lane's application: what a user's container does, by knobs. It stands for the rehearsal's own app on real clusters
// and answers the same, so that one suite can judge both.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// namespaceFile is where Kubernetes tells every container its namespace.
const namespaceFile = "/var/run/secrets/kubernetes.io/serviceaccount/namespace"

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	settings, err := readSettings(os.Getenv)
	if err != nil {
		return err
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	app := &App{settings: settings, identity: whoAmI()}
	held := hold(settings.MemoryMB)
	select {
	case <-time.After(settings.Startup):
	case <-signals:
		return nil
	}
	server := &http.Server{Addr: fmt.Sprintf(":%d", settings.Port), Handler: app, Protocols: protocols()}
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	say("listening", app)
	for {
		select {
		case err := <-failed:
			return err
		case <-signals:
			app.ending.Store(true)
			say("sigterm", app)
			if settings.Mode == Ignore {
				continue
			}
			if settings.Mode != Cut {
				app.finish(server)
			}
			// What is inside now is cut by the end of the process.
			say("ended", app)
			runtime.KeepAlive(held)
			return nil
		}
	}
}

// finish returns when nothing is under way any more, and not before the time that the settings give.
func (a *App) finish(server *http.Server) {
	earliest := time.After(a.settings.Shutdown)
	if a.settings.Mode == Finish {
		_ = server.Shutdown(context.Background())
	}
	<-earliest
	// Shutdown does not know of WebSockets, and was not asked while requests are refused.
	for a.counts.Inside.Load() > 0 {
		time.Sleep(10 * time.Millisecond)
	}
}

func protocols() *http.Protocols {
	both := new(http.Protocols)
	both.SetHTTP1(true)
	both.SetUnencryptedHTTP2(true)
	return both
}

func whoAmI() Identity {
	namespace, _ := os.ReadFile(namespaceFile)
	pod, _ := os.Hostname()
	return Identity{
		Namespace: or(strings.TrimSpace(string(namespace)), "default"),
		Revision:  os.Getenv("K_REVISION"),
		Pod:       pod,
	}
}

// hold takes memory for good: a page counts only once it was written.
func hold(megabytes int) []byte {
	held := make([]byte, megabytes<<20)
	for index := 0; index < len(held); index += 4096 {
		held[index] = 1
	}
	return held
}

// say is one line of JSON: how many requests there were, and how many are inside (at the end those are cut).
func say(event string, app *App) {
	line, _ := json.Marshal(struct {
		Event string `json:"event"`
		Identity
		Numbers
	}{event, app.identity, app.counts.snapshot()})
	fmt.Println(string(line))
}
